"""Writes dates in the many forms that people use in English and Chinese. Ambiguous forms follow these rules:

- With slashes, the month comes first (3/4/2021 is 4 March). With dots or dashes, the day comes first (3.4.2021 is
  3 April). After a year, the month comes first (2021-3-4, 2021.3.4 and 2021/3/4 are 4 March). A number above 12 is
  the day.
- A year of two digits is between 1950 and 2049.
- Years are between 1900 and 2099. A weekday has no influence on the date.
"""

from datetime import date

import numpy as np

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT_WEEKDAYS = (("mon",), ("tue", "tues"), ("wed",), ("thu", "thur", "thurs"), ("fri",), ("sat",), ("sun",))
_UNITS = (
    "", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)
_TENS = ("", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_HAN_DIGITS, _FORMAL_DIGITS = "〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖"


class Writer:
    """Writes each date in a form drawn from `rng`."""

    def __init__(self, rng: np.random.Generator):
        self._rng = rng

    def write(self, day: date) -> str:
        """The date `day` as text, in English or Chinese."""
        kind = self._rng.random()
        if kind < 0.42:
            text = self._english(day)
        elif kind < 0.55:
            text = self._in_words(day)
        elif kind < 0.74:
            text = self._numbers(day)
        else:
            text = self._chinese(day)
        return self._untidy(text)

    # For both languages.

    def _chance(self, share: float) -> bool:
        return self._rng.random() < share

    def _one_of(self, *options: str) -> str:
        return options[self._rng.integers(len(options))]

    def _number(self, value: int) -> str:
        return f"{value:02d}" if self._chance(0.35) else str(value)

    def _weekday(self, day: date) -> int:
        """The weekday from 0 to 6, wrong in about a tenth of cases, so that the model learns to ignore weekdays."""
        return int(self._rng.integers(7)) if self._chance(0.1) else day.weekday()

    @staticmethod
    def _has_short_year(day: date) -> bool:
        return 1950 <= day.year <= 2049

    # English.

    def _month(self, day: date) -> str:
        name = MONTHS[day.month - 1]
        if self._chance(0.5):
            return name
        short = self._one_of("sep", "sept") if day.month == 9 else name[:3]
        return short + self._one_of("", "", ".") if short != name else name

    def _weekday_name(self, day: date) -> str:
        index = self._weekday(day)
        return (
            WEEKDAYS[index] if self._chance(0.5) else self._one_of(*_SHORT_WEEKDAYS[index]) + self._one_of("", "", ".")
        )

    def _day(self, day: date) -> str:
        if self._chance(0.45):
            return _ordinal_number(day.day)
        return self._number(day.day)

    def _year(self, day: date) -> str:
        if self._has_short_year(day) and self._chance(0.22):
            return self._one_of("'", "’", "", "", "") + f"{day.year % 100:02d}"
        return str(day.year)

    def _english(self, day: date) -> str:
        month, number, year = self._month(day), self._day(day), self._year(day)
        order = self._rng.random()
        if order < 0.42:
            text = (
                f"{number} {self._one_of('', '', 'of ') if number[-1].isalpha() or self._chance(0.1) else ''}{month}"
                + self._comma()
                + year
            )
        elif order < 0.82:
            text = (
                f"{month} {self._one_of('the ', '', '') if number[-1].isalpha() else ''}{number}" + self._comma() + year
            )
        elif order < 0.9:
            mark = self._one_of("-", "-", "/", ".", " ")
            text = mark.join([self._number(day.day), month.rstrip("."), year])
        elif order < 0.93:
            mark = self._one_of("-", "-", "/", " ")
            text = mark.join([month.rstrip("."), self._number(day.day), year])
        elif order < 0.96:
            text = self._number(day.day) + self._one_of("", " ") + month.rstrip(".")
            text += self._one_of("", " ") + year.lstrip("'’")
        elif order < 0.97:
            mark = self._one_of(" ", ", ", "-", "/")
            text = f"{day.year}{mark}" + (f"{month.rstrip('.')}{mark}" if mark in "-/" else f"{month} ") + number
        else:
            mark = self._one_of(".", " ", "-", "/", ". ")
            return mark.join([str(day.day), _ROMAN[day.month - 1], year])
        return self._dressed(text, day)

    def _comma(self) -> str:
        return self._one_of(" ", " ", ", ", ", ", ",", " , ")

    def _dressed(self, text: str, day: date) -> str:
        """`text`, sometimes with a weekday, an article or a word before it."""
        if text[0].isdigit() and not text.startswith(str(day.year)) and self._chance(0.15):
            text = "the " + text
        place = self._rng.random()
        if place < 0.25:
            text = (
                self._weekday_name(day)
                + self._one_of(", ", ", ", " ", " the " if text[0].isdigit() else " ", ",")
                + text
            )
        elif place < 0.29:
            text += self._one_of(" ({})", ", {}", " {}").format(self._weekday_name(day))
        if self._chance(0.06):
            text = self._one_of("on ", "date: ", "dated ", "by ", "since ", "until ", "from ", "no, ") + text
        if self._chance(0.02):
            text += self._one_of(".", ",", " ad", " ce")
        return text

    def _in_words(self, day: date) -> str:
        """The date with its day, and usually its year, in words."""
        number, month = _ordinal_word(day.day), MONTHS[day.month - 1] if self._chance(0.85) else self._month(day)
        number = number if self._chance(0.8) else number.replace("-", " ")
        year = self._year_words(day.year) if self._chance(0.7) else self._year(day)
        if not self._chance(0.75):
            number = _ordinal_number(day.day)
        between = self._one_of(" ", " ", ", ", ", ", ",")
        if self._chance(0.5):
            text = f"{number}{self._one_of(' of ', ' of ', ' ')}{month}{between}{year}"
            text = "the " + text if self._chance(0.6) else text
        else:
            text = f"{month} {self._one_of('', '', 'the ')}{number}{between}{year}"
        if self._chance(0.15):
            text = (
                self._weekday_name(day) + self._one_of(", ", " ", " the " if not text.startswith("the") else " ") + text
            )
        return "on " + text if self._chance(0.04) else text

    def _year_words(self, year: int) -> str:
        century, rest = divmod(year, 100)
        low = _number_word(rest)
        if rest == 0:
            text = "two thousand" if year == 2000 else _number_word(century) + " hundred"
        elif century == 20 and (rest < 10 or self._chance(0.35)):
            text = "two thousand " + self._one_of("", "and ") + low
        elif rest < 10:
            middle = self._one_of("oh", "o", "hundred and", "hundred")
            text = f"{_number_word(century)} {middle}{self._one_of(' ', '-') if self._chance(0.3) else ' '}{low}"
        else:
            text = f"{_number_word(century)} {low}"
        return text if self._chance(0.75) else text.replace("-", " ")

    # Only numbers.

    def _numbers(self, day: date) -> str:
        year = str(day.year)
        short = self._has_short_year(day) and self._chance(0.3)
        kind = self._rng.random()
        month, number = self._number(day.month), self._number(day.day)
        if kind < 0.33:
            mark = self._one_of("/", "/", " / ") if self._chance(0.2) else "/"
            first, second = (month, number)
            if day.day > 12 and self._chance(0.35):
                first, second = number, month
            text = mark.join([first, second, year[2:] if short else year])
        elif kind < 0.62:
            mark = self._one_of(".", ".", ".", "-", "-", ". ")
            first, second = (number, month)
            if day.day > 12 and self._chance(0.12):
                first, second = month, number
            text = mark.join([first, second, year[2:] if short else year])
        elif kind < 0.92:
            text = self._one_of("-", "-", "-", ".", "/", "/", " ", ". ").join([year, month, number])
        else:
            text = f"{year}{day.month:02d}{day.day:02d}"
        if self._chance(0.1) and text != f"{year}{day.month:02d}{day.day:02d}":
            text = self._weekday_name(day) + self._one_of(", ", " ") + text
        elif self._chance(0.05):
            text += self._one_of(" ", ", ", " (") + self._weekday_name(day)
            text += ")" if "(" in text else ""
        return text

    # Chinese.

    def _chinese(self, day: date) -> str:
        in_han = self._chance(0.5)
        year, month, number = self._han_date(day) if in_han else self._arabic_date(day)
        if not in_han and self._chance(0.12):  # 2021年三月3日 and its like
            _, month, other = self._han_date(day)
            number = other if self._chance(0.5) else number
        gap = " " if self._chance(0.12) else ""
        end = self._one_of("日", "日", "日", "号", "號") if not self._chance(0.03) else ""
        text = gap.join([year, "年", month, "月", number, end]).rstrip()
        if self._chance(0.28):
            index = self._weekday(day)
            name = self._one_of("星期", "星期", "周", "週", "礼拜", "禮拜") + ("一二三四五六" + self._one_of("日", "天"))[index]
            text += self._one_of("{}", "{}", " {}", "，{}", ", {}", "（{}）", "({})", " ({})").format(name)
        if self._chance(0.05):
            text = self._one_of("公元", "公元", "西元", "于", "在", "日期：") + text
        return text

    def _arabic_date(self, day: date) -> tuple[str, str, str]:
        short = self._has_short_year(day) and self._chance(0.15)
        return f"{day.year % 100:02d}" if short else str(day.year), self._number(day.month), self._number(day.day)

    def _han_date(self, day: date) -> tuple[str, str, str]:
        digits = _FORMAL_DIGITS if self._chance(0.08) else self._one_of("〇", "零", "○") + _HAN_DIGITS[1:]
        if digits == _FORMAL_DIGITS:
            return (
                "".join(digits[int(d)] for d in str(day.year)),
                _han_number(day.month, digits, "拾"),
                _han_number(day.day, digits, "拾"),
            )
        short = self._has_short_year(day) and self._chance(0.12)
        year = "".join(digits[int(d)] for d in (f"{day.year % 100:02d}" if short else str(day.year)))
        number = _han_number(day.day, digits, "十")
        if day.day > 20 and self._chance(0.3):
            number = ("廿" if day.day < 30 else "卅") + (digits[day.day % 10] if day.day % 10 else "")
        month = "元" if day.month == 1 and self._chance(0.05) else _han_number(day.month, digits, "十")
        return year, month, number

    # Spelling mistakes and spaces.

    def _untidy(self, text: str) -> str:
        if self._chance(0.025):
            text = self._misspelt(text)
        if self._chance(0.04):
            text = text.replace(" ", "  ")
        if self._chance(0.03):
            text = " " * int(self._rng.integers(1, 3)) + text + " " * int(self._rng.integers(3))
        if self._chance(0.5):
            return text
        return self._one_of(text.upper(), text.title(), text.title()) if text.isascii() else text

    def _misspelt(self, text: str) -> str:
        """`text` with one letter missing, doubled or swapped with the next in the full name of a month or weekday."""
        for name in MONTHS + WEEKDAYS:
            if name in text and len(name) > 5:
                place = int(self._rng.integers(2, len(name) - 1))
                wrong = self._one_of(name[:place] + name[place + 1:], name[:place] + name[place] + name[place:],
                                     name[:place] + name[place + 1] + name[place] + name[place + 2:])
                return text.replace(name, wrong, 1)
        return text


def _ordinal_number(value: int) -> str:
    ending = "th" if value in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{ending}"


def _number_word(value: int) -> str:
    if value < 20:
        return _UNITS[value]
    tens, units = divmod(value, 10)
    return _TENS[tens] + (f"-{_UNITS[units]}" if units else "")


def _ordinal_word(value: int) -> str:
    head, _, last = _number_word(value).rpartition("-")
    ordinal = _ORDINALS.get(last) or (last[:-1] + "ieth" if last.endswith("y") else last + "th")
    return f"{head}-{ordinal}" if head else ordinal


def _han_number(value: int, digits: str, ten: str) -> str:
    tens, units = divmod(value, 10)
    return ("" if tens == 0 else ten if tens == 1 else digits[tens] + ten) + (digits[units] if units else "")
