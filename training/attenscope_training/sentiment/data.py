"""SST-2: its phrases, which of them are whole sentences, and a split that keeps every sentence's phrases together."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .. import sources

PUBLIC_URL = "https://dl.fbaipublicfiles.com/glue/data/SST-2.zip"


@dataclass(frozen=True)
class Phrase:
    text: str   # as the treebank writes it: lower case, "do n't", " ."
    label: int  # 1 positive


@dataclass(frozen=True)
class SentimentFiles:
    train: Path
    dev: Path


def locate(sha256: str | None = None, downloads: Path | None = None) -> SentimentFiles:
    """The shared folder's sst2-train.tsv and sst2-dev.tsv if they are there, else GLUE's archive, checked by SHA-256.

    All have a header, then sentence and label.
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
    """The rows of a file below its header."""
    rows = [line.rsplit("\t", 1) for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return [Phrase(text.strip(), int(label)) for text, label in rows]


def whole(phrases: list[Phrase]) -> list[bool]:
    """Which phrases are part of no other: sentences, and the largest labelled pieces of those without a label."""
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
    """Phrases to train on, and `held_out` whole sentences of which the former hold no phrase that only they have.

    Most phrases of SST-2 are pieces of sentences that are there too: a random split would test on what was trained on.
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
    """Those of `spans` that stand in a phrase, itself among them."""
    parts = set()
    for phrase in phrases:
        words = tuple(phrase.text.split())
        parts.update(words[start:end] for start in range(len(words)) for end in range(start + 1, len(words) + 1)
                     if words[start:end] in spans)
    return parts
