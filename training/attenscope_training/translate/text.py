"""Cleans the two sides of a pair: script, width, quotes, spaces, names."""

import functools
import html
import re
import unicodedata

HAN = r"\u3400-\u9fff"
# Half-width signs beside Chinese become the full-width ones that most of the data has.
_FULL_WIDTH = {",": "，", "?": "？", "!": "！", ";": "；", ":": "：", "(": "（", ")": "）"}
_CHINESE_SIGNS = str.maketrans({
    "「": "“", "」": "”", "『": "‘", "』": "’", "＂": '"', "﹐": "，", "．": ".", "｡": "。", "％": "%", "－": "-",
    "•": "·", "／": "/", "＋": "+"})
_ENGLISH_SIGNS = str.maketrans({
    "’": "'", "‘": "'", "“": '"', "”": '"', "`": "'", "´": "'", "–": "-", "…": "...", "，": ",", "。": ".", "？": "?",
    "！": "!", "：": ":", "（": "(", "）": ")"})
# A few writers left the commonest names in Latin letters; the majority's form is the one to learn.
_NAMES = {"Tom": "汤姆", "Mary": "玛丽", "John": "约翰"}


@functools.cache
def _converter():
    import opencc
    return opencc.OpenCC("t2s")


# 著 is traditional for the particle 着, but stays in these words.
_ZHE = re.compile(r"(?<![原名显土编专卓巨论合昭拙遗译])著(?![名作者称有述书])")


def simplify(text: str) -> str:
    """Traditional characters to simplified ones; simplified text stays as it is."""
    text = _ZHE.sub("着", _converter().convert(text))
    return text.translate(str.maketrans("妳牠祂", "你它他")).replace("甚么", "什么")


def clean_english(text: str) -> str:
    text = html.unescape(unicodedata.normalize("NFC", text)).translate(_ENGLISH_SIGNS)
    return _spaces(text)


def clean_reference(text: str) -> str:
    """A held-out Chinese side: made simplified and trimmed, its punctuation left as its writer set it."""
    return _spaces(simplify(unicodedata.normalize("NFC", text)))


def clean_chinese(text: str) -> str:
    """A Chinese side to train on: as `clean_reference`, with one way to write punctuation and common names."""
    text = html.unescape(clean_reference(text)).translate(_CHINESE_SIGNS)
    text = re.sub(r"[０-９Ａ-Ｚａ-ｚ]", lambda m: unicodedata.normalize("NFKC", m[0]), text)
    text = re.sub(r"\.{3,}|。{2,}|…+", "……", text)
    # After a digit only where no other follows: 1,000 and 10:30 stay.
    text = re.sub(rf"(?<=[{HAN}”’）》])\s*[,?!;:()]|(?<=\d)\s*[,?!;:)](?!\d)|[(](?=[{HAN}])",
                  lambda m: _FULL_WIDTH[m[0].strip()], text)
    text = re.sub(rf"(?<=[{HAN}”’）》])\s*\.(?!\w)", "。", text)
    text = _straight_to_curly(text)
    text = re.sub(rf"\s*([{HAN}，。？！；：、“”‘’（）《》…—])\s*", r"\1", text)  # no spaces beside Chinese
    for latin, name in _NAMES.items():
        text = re.sub(rf"(?<![A-Za-z]){latin}(?![A-Za-z])", name, text)
    return text


def _straight_to_curly(text: str) -> str:
    """Straight quotes in pairs become opening and closing ones; an odd number is left alone."""
    if text.count('"') % 2:
        return text
    marks = iter("“”" * text.count('"'))
    return re.sub('"', lambda m: next(marks), text)


def _spaces(text: str) -> str:
    text = re.sub(r"[\u200b-\u200f\u2060\ufeff\u00ad]", "", text)
    return re.sub(r"\s+", " ", text).strip()


def key(text: str) -> str:
    """What makes two sentences the same for the split: letters and digits, without case, width or punctuation."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", simplify(text)).casefold()) or text
