"""Splits the pairs into training, validation and test pairs; the split is the same on every machine.

    python -m attenscope_training.translate.split --out FOLDER

This command writes the held-out sets as files of `source<TAB>reference` lines.
"""

import argparse
import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from .. import sources
from .settings import Settings
from .text import clean_chinese, clean_english, clean_reference, key


@dataclass(frozen=True)
class Pair:
    """An English sentence and its Chinese translation."""

    english: str
    chinese: str

    @property
    def keys(self) -> tuple[str, str]:
        """The forms of both sides by which the split compares pairs."""
        return key(self.english), key(self.chinese)


@dataclass(frozen=True)
class Split:
    """The pairs of each set; `removed` counts the removed pairs by reason.

    Training pairs are cleaned. Held-out pairs keep their punctuation, and have simplified characters.
    """

    tatoeba_train: list[Pair]
    caption_train: list[Pair]
    tatoeba_valid: list[Pair]
    tatoeba_test: list[Pair]
    caption_valid: list[Pair]
    caption_test: list[Pair]
    removed: dict[str, int]

    @property
    def train(self) -> list[Pair]:
        """All training pairs."""
        return self.tatoeba_train + self.caption_train


def data_folder() -> Path:
    """The folder of the translation data, inside the shared folder."""
    return sources.shared_folder() / "data" / "translation"


def read_tatoeba(folder: Path) -> list[Pair]:
    """The pairs of the Tatoeba files, with simplified characters."""
    pairs = []
    for name in ("tatoeba-cmn.tsv", "tatoeba-extra.tsv"):
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            fields = line.split("\t")
            pairs.append(Pair(clean_english(fields[0]), clean_reference(fields[1])))
    return pairs


def read_captions(folder: Path, part: str) -> list[Pair]:
    """The caption pairs of `part` ('train', 'val' or 'test'). Raises ValueError if the files differ in length."""
    english = (folder / f"3am-{part}.en").read_text(encoding="utf-8").split("\n")
    chinese = (folder / f"3am-{part}.zh").read_text(encoding="utf-8").split("\n")
    if len(english) != len(chinese):
        raise ValueError(f"3am-{part}: {len(english)} English lines, {len(chinese)} Chinese lines")
    return [Pair(clean_english(e), clean_reference(c))
            for e, c in zip(english, chinese) if e.strip() and c.strip()]


def split(folder: Path, test_pairs: int, valid_pairs: int) -> Split:
    """Split the data: Tatoeba pairs are held out in the order of the hash of their English side.

    No training pair has the English or the Chinese side of a held-out pair.
    """
    removed: Counter[str] = Counter()
    tatoeba = read_tatoeba(folder)
    captions = read_captions(folder, "train")
    caption_valid, caption_test = read_captions(folder, "val"), read_captions(folder, "test")
    held_out: set[str] = set()
    chosen: list[Pair] = []
    for pair in sorted(set(tatoeba), key=_hash):
        # Of pairs that share a side, only one is held out, so that no sentence is tested twice.
        if len(chosen) < test_pairs + valid_pairs and held_out.isdisjoint(pair.keys):
            chosen.append(pair)
            held_out.update(pair.keys)
    for pair in caption_valid + caption_test:
        held_out.update(pair.keys)

    tatoeba_train: list[Pair] = []
    caption_train: list[Pair] = []
    seen: set[tuple[str, str]] = set()
    for pairs, train in ((tatoeba, tatoeba_train), (captions, caption_train)):
        for pair in pairs:
            keys = pair.keys
            if not _is_usable(pair):
                removed["no Chinese, or lengths that do not match"] += 1
            elif not held_out.isdisjoint(keys):
                removed["shares a side with a held-out pair"] += 1
            elif keys in seen:
                removed["twice"] += 1
            else:
                seen.add(keys)
                train.append(Pair(pair.english, clean_chinese(pair.chinese)))
    test, valid = chosen[:test_pairs], chosen[test_pairs:]
    return Split(tatoeba_train, caption_train, valid, test, caption_valid, caption_test, dict(removed))


def _hash(pair: Pair) -> tuple[bytes, str]:
    return hashlib.sha256(key(pair.english).encode()).digest(), pair.chinese


def _is_usable(pair: Pair) -> bool:
    """Whether both sides have words, and their lengths are similar."""
    han = sum("\u3400" <= c <= "\u9fff" for c in pair.chinese)
    words = len(pair.english.split())
    return han > 0 and words > 0 and len(pair.english) < 400 and 0.2 < (len(pair.chinese) + 3) / (words + 3) < 5


def write(folder: Path, parts: dict[str, list[Pair]]) -> None:
    """Write each list of pairs to a file NAME.tsv in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, pairs in parts.items():
        (folder / f"{name}.tsv").write_text(
            "".join(f"{pair.english}\t{pair.chinese}\n" for pair in pairs), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m attenscope_training.translate.split", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    settings = Settings()
    parts = split(data_folder(), settings.test_pairs, settings.valid_pairs)
    write(parser.parse_args().out, {
        "tatoeba-test": parts.tatoeba_test, "tatoeba-valid": parts.tatoeba_valid,
        "3am-test": parts.caption_test, "3am-valid": parts.caption_valid})
    print(f"{len(parts.train):,} training pairs; removed: {parts.removed}")


if __name__ == "__main__":
    main()
