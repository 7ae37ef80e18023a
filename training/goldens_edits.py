"""Writes wasm-tests/golden/edits: the results of transformers and PyTorch when hooks change intermediate tensors.

    python training/goldens_edits.py

A .json file has each case in the project's notation; the code in edits/ computes the same case by a hook, on the models
of the other golden files. A few models have every kind of edit; every family has the edits that depend on the family.
Results are computed in float64 and stored as F32. A generation or a search is stored only if float32 gives the same ids.
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
    """Write the cases to NAME.json and their tensors to NAME.safetensors."""
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
