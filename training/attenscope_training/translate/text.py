"""Cleans the two sides of a pair: simplified characters, full-width signs, quotes, spaces and names."""

import functools
import html
import re
import unicodedata

HAN = r"\u3400-\u9fff"
# Half-width signs next to Chinese characters become full-width signs, as in most of the data.
_FULL_WIDTH = {",": "，", "?": "？", "!": "！", ";": "；", ":": "：", "(": "（", ")": "）"}
_CHINESE_SIGNS = str.maketrans({
    "「": "“", "」": "”", "『": "‘", "』": "’", "＂": '"', "﹐": "，", "．": ".", "｡": "。", "％": "%", "－": "-",
    "•": "·", "／": "/", "＋": "+"})
_ENGLISH_SIGNS = str.maketrans({
    "’": "'", "‘": "'", "“": '"', "”": '"', "`": "'", "´": "'", "–": "-", "…": "...", "，": ",", "。": ".", "？": "?",
    "！": "!", "：": ":", "（": "(", "）": ")"})
# A few translations have common names in Latin letters; these names get the form of the other translations.
_NAMES = {"Tom": "汤姆", "Mary": "玛丽", "John": "约翰"}


@functools.cache
def _converter():
    import opencc
    return opencc.OpenCC("t2s")


# 著 becomes the particle 着, except in these words.
_ZHE = re.compile(r"(?<![原名显土编专卓巨论合昭拙遗译])著(?![名作者称有述书])")


def simplify(text: str) -> str:
    """The text with simplified characters in place of traditional ones."""
    text = _ZHE.sub("着", _converter().convert(text))
    return text.translate(str.maketrans("妳牠祂", "你它他")).replace("甚么", "什么")


def clean_english(text: str) -> str:
    """An English side with plain quotes, dashes and punctuation, and with single spaces."""
    text = html.unescape(unicodedata.normalize("NFC", text)).translate(_ENGLISH_SIGNS)
    return _spaces(text)


def clean_reference(text: str) -> str:
    """A Chinese side for evaluation: simplified and trimmed, with its own punctuation."""
    return _spaces(simplify(unicodedata.normalize("NFC", text)))


def clean_chinese(text: str) -> str:
    """A Chinese side for training: like `clean_reference`, with uniform punctuation and common names."""
    text = html.unescape(clean_reference(text)).translate(_CHINESE_SIGNS)
    text = re.sub(r"[０-９Ａ-Ｚａ-ｚ]", lambda m: unicodedata.normalize("NFKC", m[0]), text)
    text = re.sub(r"\.{3,}|。{2,}|…+", "……", text)
    # A sign between two digits stays: 1,000 and 10:30.
    text = re.sub(rf"(?<=[{HAN}”’）》])\s*[,?!;:()]|(?<=\d)\s*[,?!;:)](?!\d)|[(](?=[{HAN}])",
                  lambda m: _FULL_WIDTH[m[0].strip()], text)
    text = re.sub(rf"(?<=[{HAN}”’）》])\s*\.(?!\w)", "。", text)
    text = _straight_to_curly(text)
    text = re.sub(rf"\s*([{HAN}，。？！；：、“”‘’（）《》…—])\s*", r"\1", text)  # no spaces next to Chinese characters
    for latin, name in _NAMES.items():
        text = re.sub(rf"(?<![A-Za-z]){latin}(?![A-Za-z])", name, text)
    return text


def _straight_to_curly(text: str) -> str:
    """Replace pairs of straight quotes by opening and closing quotes; an odd number of quotes is not changed."""
    if text.count('"') % 2:
        return text
    marks = iter("“”" * text.count('"'))
    return re.sub('"', lambda m: next(marks), text)


def _spaces(text: str) -> str:
    text = re.sub(r"[\u200b-\u200f\u2060\ufeff\u00ad]", "", text)
    return re.sub(r"\s+", " ", text).strip()


def key(text: str) -> str:
    """The form in which the split compares sentences: letters and digits, without case, width or script."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", simplify(text)).casefold()) or text
