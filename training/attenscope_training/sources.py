"""Finds raw data: in the shared folder, or by a download that is checked by its SHA-256."""

import hashlib
import os
import urllib.request
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def shared_folder() -> Path:
    """The folder in `ATTENSCOPE_SHARED`; by default, the folder `shared` next to the checkout."""
    return Path(os.environ.get("ATTENSCOPE_SHARED", REPOSITORY.parent / "shared"))


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetch(url: str, expected_sha256: str, folder: Path) -> Path:
    """Download `url` into `folder` unless the file exists. Raises ValueError if its SHA-256 is not the expected one."""
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
