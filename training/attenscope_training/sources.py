"""Where raw data comes from: the project's shared folder, or the public file by URL and SHA-256."""

import hashlib
import os
import urllib.request
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def shared_folder() -> Path:
    """`ATTENSCOPE_SHARED`, by default the folder `shared` beside the checkout."""
    return Path(os.environ.get("ATTENSCOPE_SHARED", REPOSITORY.parent / "shared"))


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetch(url: str, expected_sha256: str, folder: Path) -> Path:
    """Download `url` into `folder` unless it is there; refuse anything but the expected bytes."""
    target = folder / url.rsplit("/", 1)[-1]
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(".partial")
        urllib.request.urlretrieve(url, partial)
        partial.rename(target)
    found = sha256(target)
    if found != expected_sha256.lower():
        raise ValueError(f"{target}: SHA-256 is {found}, expected {expected_sha256}")
    return target
