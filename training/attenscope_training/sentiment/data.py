"""Reads the phrases of SST-2 and holds out sentences together with their phrases."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .. import sources

PUBLIC_URL = "https://dl.fbaipublicfiles.com/glue/data/SST-2.zip"


@dataclass(frozen=True)
class Phrase:
    """A labelled sentence, or a labelled part of a sentence."""

    text: str   # in the treebank's spelling: lower case, "do n't", " ."
    label: int  # 0 negative, 1 positive


@dataclass(frozen=True)
class SentimentFiles:
    """The paths of SST-2's training set and development set."""

    train: Path
    dev: Path


def locate(sha256: str | None = None, downloads: Path | None = None) -> SentimentFiles:
    """The paths of SST-2's files: sst2-train.tsv and sst2-dev.tsv of the shared folder, else those of GLUE's archive.

    The archive is downloaded to `downloads` and checked by its SHA-256. Each file has a header line and then lines of
    sentence, tab and label. Raises SystemExit if the files are missing and no SHA-256 is given.
    """
    folder = sources.shared_folder() / "data" / "sentiment"
    files = SentimentFiles(folder / "sst2-train.tsv", folder / "sst2-dev.tsv")
    if files.train.exists() and files.dev.exists():
        return files
    if not (sha256 and downloads):
        raise SystemExit(
            f"no sst2-train.tsv and sst2-dev.tsv in {folder}; to fetch {PUBLIC_URL}, give its SHA-256 as --sha256"
        )
    archive = sources.fetch(PUBLIC_URL, sha256, downloads)
    with zipfile.ZipFile(archive) as contents:
        contents.extractall(downloads, ["SST-2/train.tsv", "SST-2/dev.tsv"])
    return SentimentFiles(downloads / "SST-2" / "train.tsv", downloads / "SST-2" / "dev.tsv")


def read(path: Path) -> list[Phrase]:
    """The phrases of a file, without its header line."""
    rows = [line.rsplit("\t", 1) for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return [Phrase(text.strip(), int(label)) for text, label in rows]


def whole(phrases: list[Phrase]) -> list[bool]:
    """For each phrase, whether it is no part of another phrase.

    Such a phrase is a sentence, or the longest labelled part of a sentence without a label.
    """
    spans = {tuple(phrase.text.split()) for phrase in phrases}
    parts: set[tuple[str, ...]] = set()
    for words in sorted(spans, key=len, reverse=True):
        if words in parts:
            continue
        for start in range(len(words)):
            for end in range(start + 1, len(words) + 1):
                part = words[start:end]
                if len(part) < len(words) and part in spans:
                    parts.add(part)
    return [tuple(phrase.text.split()) not in parts for phrase in phrases]


def split(phrases: list[Phrase], held_out: int, seed: int) -> tuple[list[Phrase], list[Phrase]]:
    """The phrases to train on, and `held_out` whole sentences for validation.

    Phrases that occur only in held-out sentences are not trained on. A random split of the phrases would train on parts
    of validation sentences, because most phrases of SST-2 are parts of its sentences.
    """
    whole_ones = [phrase for phrase, is_whole in zip(phrases, whole(phrases)) if is_whole]
    sentences = [phrase for phrase in whole_ones if phrase.text.endswith(" .") and len(phrase.text.split()) > 5]
    order = np.random.default_rng(seed).permutation(len(sentences))
    chosen = [sentences[i] for i in order[:held_out]]
    texts = {phrase.text for phrase in chosen}
    spans = {tuple(phrase.text.split()) for phrase in phrases}
    inside = _parts_of([p for p in whole_ones if p.text in texts], spans)
    elsewhere = _parts_of([p for p in whole_ones if p.text not in texts], spans)
    gone = inside - elsewhere
    return [phrase for phrase in phrases if tuple(phrase.text.split()) not in gone], chosen


def _parts_of(phrases: list[Phrase], spans: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """The elements of `spans` that are a phrase or a part of a phrase."""
    parts = set()
    for phrase in phrases:
        words = tuple(phrase.text.split())
        parts.update(words[start:end] for start in range(len(words)) for end in range(start + 1, len(words) + 1)
                     if words[start:end] in spans)
    return parts
