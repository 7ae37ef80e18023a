"""Finds the files of TinyStories, trains a tokenizer on them, and encodes stories."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from .. import bpe, sources
from ..text import END_OF_TEXT, read_documents
from .settings import Settings

PUBLIC_URL = "https://huggingface.co/datasets/roneneldan/TinyStories/resolve/main/"
PUBLIC_FILES = {"train": "TinyStories-train.txt", "valid": "TinyStories-valid.txt"}


@dataclass(frozen=True)
class StoryFiles:
    """The paths of the training and the validation stories."""

    train: Path
    valid: Path


def locate(train_sha256: str | None, valid_sha256: str | None, downloads: Path) -> StoryFiles:
    """The paths of the stories: in the shared folder, else downloaded to `downloads` and checked by SHA-256.

    Raises SystemExit if the files are missing and no SHA-256 is given.
    """
    folder = sources.shared_folder() / "data" / "stories"
    if (folder / "train.txt").exists() and (folder / "valid.txt").exists():
        return StoryFiles(folder / "train.txt", folder / "valid.txt")
    if not (train_sha256 and valid_sha256):
        raise SystemExit(
            f"no stories in {folder}; to fetch the public files from {PUBLIC_URL}, give the SHA-256 of each "
            "(its page there shows it) as --train-sha256 and --valid-sha256")
    return StoryFiles(sources.fetch(PUBLIC_URL + PUBLIC_FILES["train"], train_sha256, downloads),
                      sources.fetch(PUBLIC_URL + PUBLIC_FILES["valid"], valid_sha256, downloads))


def tokenizer_for(settings: Settings, files: StoryFiles) -> Tokenizer:
    """The tokenizer in the run's folder. The first call takes it from `start_from`, or trains it on the training stories."""
    path = settings.runs / "tokenizer" / "tokenizer.json"
    if not path.exists() and settings.start_from:
        bpe.save(Tokenizer.from_file(str(settings.start_from / "tokenizer.json")), path.parent, settings.context)
    elif not path.exists():
        tokenizer = bpe.train_byte_level(read_documents(files.train), settings.vocabulary)
        bpe.save(tokenizer, path.parent, settings.context)
    return Tokenizer.from_file(str(path))


def encode(tokenizer: Tokenizer, stories: list[str], closed: bool = False) -> list[np.ndarray]:
    """The token ids of each story, after `<|endoftext|>`; with `closed`, another `<|endoftext|>` ends the story."""
    end = [tokenizer.token_to_id(END_OF_TEXT)] if closed else []
    return [np.array(encoding.ids + end, np.int32) for encoding in tokenizer.encode_batch(stories)]
