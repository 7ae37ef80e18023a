"""Writes wasm-tests/golden/edits: what transformers and PyTorch compute when a hook changes something on the way.

    python training/goldens_edits.py

Each case stands in a .json as the project writes it, and in edits/ as a hook of its own on the models of the other golden
files: every kind of edit on a few, the kinds that a family could do otherwise on each of them. Results are computed in
float64 and kept as F32; a generation or a search is kept only where float32 finds the same.
"""

import json

import torch
import transformers
from goldens import GOLDEN
from safetensors.torch import save_file

from edits.families import families
from edits.llama import llama
from edits.marian import marian
from edits.recurrent import recurrents

FOLDER = GOLDEN / "edits"


def write(name: str, cases: list[dict], values: dict[str, torch.Tensor]) -> None:
    lines = ",\n".join("  " + json.dumps(case) for case in cases)
    (FOLDER / f"{name}.json").write_text(f"[\n{lines}\n]\n")
    path = FOLDER / f"{name}.safetensors"
    save_file({name: value.float().contiguous().clone() for name, value in values.items()}, path)
    path.chmod(0o644)
    print(f"{name}: {len(cases)} cases, {len(values)} logits")


if __name__ == "__main__":
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    FOLDER.mkdir(parents=True, exist_ok=True)
    every_kind = [made() for made in (llama, marian, recurrents)]
    write("kinds", [case for cases, _ in every_kind for case in cases],
          {name: value for _, values in every_kind for name, value in values.items()})
    write("families", *families())
