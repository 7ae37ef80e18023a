"""Saves and loads the recurrent models as Hugging Face folders: config.json and model.safetensors."""

import json
from dataclasses import asdict, fields
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from .classifier import ClassifierConfig, LstmClassifier
from .seq2seq import LstmSeq2Seq, Seq2SeqConfig

_FORMS = {
    LstmClassifier.model_type: (LstmClassifier, ClassifierConfig),
    LstmSeq2Seq.model_type: (LstmSeq2Seq, Seq2SeqConfig),
}
_DTYPES = {torch.float32: "float32", torch.float16: "float16", torch.bfloat16: "bfloat16"}


def save(model: LstmClassifier | LstmSeq2Seq, folder: Path, dtype: torch.dtype = torch.float32) -> None:
    """Write config.json and model.safetensors in `dtype` to `folder`; `model` is not changed.

    Raises ValueError if a weight is too large for `dtype`.
    """
    tensors = {name: tensor.detach().to("cpu", dtype).contiguous() for name, tensor in model.state_dict().items()}
    for name, tensor in tensors.items():
        if not tensor.isfinite().all():
            raise ValueError(f"{name} does not fit {_DTYPES[dtype]}")
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)  # safetensors makes the file readable only by its owner
    (folder / "config.json").write_text(json.dumps(config_of(model, dtype), indent=2) + "\n")


def config_of(model: LstmClassifier | LstmSeq2Seq, dtype: torch.dtype) -> dict:
    """The content of config.json for `model`."""
    values = asdict(model.config)
    if isinstance(model, LstmClassifier):
        labels = values.pop("labels")
        values |= {"pooling": "additive", "id2label": {str(i): label for i, label in enumerate(labels)},
                   "label2id": {label: i for i, label in enumerate(labels)}}
    else:
        values["encoder_self_attention"] = values["encoder_self_attention"] or False
    return {"model_type": model.model_type, "architectures": [type(model).__name__], "dtype": _DTYPES[dtype], **values}


def load(folder: Path) -> LstmClassifier | LstmSeq2Seq:
    """The model in `folder`, in float32 and in evaluation mode. Raises ValueError for an unknown model_type."""
    written = json.loads((folder / "config.json").read_text())
    if written["model_type"] not in _FORMS:
        raise ValueError(f"{folder}: model_type is {written['model_type']!r}, expected one of {sorted(_FORMS)}")
    architecture, config_type = _FORMS[written["model_type"]]
    values = {field.name: written[field.name] for field in fields(config_type) if field.name in written}
    if architecture is LstmClassifier:
        values["labels"] = tuple(written["id2label"][str(i)] for i in range(len(written["id2label"])))
    else:
        values["encoder_self_attention"] = int(values["encoder_self_attention"])
    model = architecture(config_type(**values))
    model.load_state_dict({name: tensor.float() for name, tensor in load_file(folder / "model.safetensors").items()})
    return model.eval()
