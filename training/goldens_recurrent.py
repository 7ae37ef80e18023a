"""Writes wasm-tests/golden/lstm-*: tiny checkpoints in the forms of docs/checkpoint-forms.md, and PyTorch's results.

    python training/goldens_recurrent.py

Weights come from a fixed seed. Results are computed in float64 from the stored weights and stored as F32.
"""

import torch
from goldens import GOLDEN, write

from attenscope_training import recurrent
from attenscope_training.recurrent import ClassifierConfig, LstmClassifier, LstmSeq2Seq, Seq2SeqConfig

LENGTH, TARGETS, GENERATED = 19, 9, 12


def random_model(model: torch.nn.Module, seed: int) -> torch.nn.Module:
    """Set random weights, large enough for gates that open and close and for patterns far from uniform."""
    torch.manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            attends = any(part in name for part in ("attention", "pooling"))
            parameter.normal_(0, 0.2 if "bias" in name else 1.0 if "embeddings" in name or attends else 0.5)
    return model.eval()


def random_ids(vocabulary: int, count: int, seed: int) -> torch.Tensor:
    return torch.randint(4, vocabulary, (count,), generator=torch.Generator().manual_seed(seed))


def stored(name: str, model: torch.nn.Module) -> torch.nn.Module:
    """Save the model, and load it again in float64."""
    recurrent.save(model, GOLDEN / name)
    return recurrent.load(GOLDEN / name).double()


def check(name: str, logits: torch.Tensor, whole: torch.Tensor, single: torch.Tensor) -> None:
    """Check that the traced `logits` equal those of a run without a trace, and print the error of float32."""
    torch.testing.assert_close(logits, whole)
    print(f"{name}: logits {[round(v, 4) for v in logits.flatten()[:5].tolist()]}, "
          f"float32 differs by at most {(single.double() - logits).abs().max().item():.1e}")


def scaled(path: str, factor: float, head: int = 0):
    """An edit that multiplies one head of the pattern at `path` by `factor`, without normalising it again."""
    def edit(where: str, pattern: torch.Tensor) -> torch.Tensor:
        return torch.stack([p * factor if (where, n) == (path, head) else p for n, p in enumerate(pattern)])
    return edit


@torch.no_grad()
def classifier(name: str, config: ClassifierConfig, seed: int) -> None:
    """Write a classifier and its results."""
    model, ids = stored(name, random_model(LstmClassifier(config), seed)), random_ids(config.vocab_size, LENGTH, seed)
    values, single = model.trace(ids), model.trace(ids[:1])
    edited = model.trace(ids, scaled(f"blocks.{config.num_layers - 1}.attn", 0.5))
    check(name, values["logits"], model(ids[None])[0], model.float()(ids[None])[0])
    write(
        GOLDEN / name / "golden.safetensors",
        {
            "input_ids": ids,
            "single.input_ids": ids[:1],
            **values,
            **{f"single.{key}": value for key, value in single.items()},
            "edit_scale.logits": edited["logits"],
        },
    )


@torch.no_grad()
def seq2seq(name: str, config: Seq2SeqConfig, seed: int) -> None:
    """Write an encoder–decoder and its results."""
    model, source = stored(name, random_model(LstmSeq2Seq(config), seed)), random_ids(config.vocab_size, LENGTH, seed)
    inputs = torch.cat(
        [torch.tensor([config.decoder_start_token_id]), random_ids(config.vocab_size, TARGETS - 1, seed + 100)]
    )
    values, single = model.trace(source, inputs), model.trace(source[:1], inputs[:1])
    edits = {"edit_scale.logits": model.trace(source, inputs, scaled("decoder.blocks.0.cross", 0.5))["logits"]}
    if config.encoder_self_attention:
        path = f"encoder.blocks.{config.num_layers - 1}.attn"
        edits["edit_zero.logits"] = model.trace(source, inputs, scaled(path, 0.0, head=1))["logits"]
    greedy = model.greedy(source[None], GENERATED)[0]
    check_greedy(model, source, greedy)
    check(name, values["logits"], model(source[None], inputs[None])[0], model.float()(source[None], inputs[None])[0])
    write(
        GOLDEN / name / "golden.safetensors",
        {
            "input_ids": source,
            "decoder_input_ids": inputs,
            "single.input_ids": source[:1],
            "single.decoder_input_ids": inputs[:1],
            **values,
            **{f"single.{key}": value for key, value in single.items()},
            **edits,
            "greedy": greedy,
        },
    )


def check_greedy(model: LstmSeq2Seq, source: torch.Tensor, tokens: torch.Tensor) -> None:
    """Raise ValueError if the greedy `tokens` contain the end token, or if two logits are too close."""
    inputs = torch.cat([torch.tensor([model.config.decoder_start_token_id]), tokens[:-1]])
    top = model(source[None], inputs[None])[0].topk(2).values
    if model.config.eos_token_id in tokens or (top[:, 0] - top[:, 1]).min() < 1e-3 or tokens.unique().numel() < 3:
        raise ValueError(f"greedy ids {tokens.tolist()} are a poor reference: take another seed")


if __name__ == "__main__":
    classifier("lstm-classifier-forward", ClassifierConfig(
        vocab_size=41, embedding_size=12, hidden_size=11, attention_size=9, num_layers=1, bidirectional=False), seed=1)
    classifier("lstm-classifier", ClassifierConfig(
        vocab_size=41, embedding_size=12, hidden_size=9, attention_size=13, num_layers=1), seed=2)
    classifier(
        "lstm-classifier-deep",
        ClassifierConfig(
            vocab_size=37,
            embedding_size=10,
            hidden_size=8,
            attention_size=12,
            num_layers=2,
            labels=("bad", "middling", "good"),
        ),
        seed=3,
    )
    shape = {"decoder_start_token_id": 1, "eos_token_id": 2, "max_position_embeddings": 64}
    seq2seq("lstm-seq2seq", Seq2SeqConfig(
        vocab_size=33, embedding_size=10, hidden_size=9, decoder_hidden_size=13, attention_size=11, **shape), seed=126)
    seq2seq("lstm-seq2seq-pooled", Seq2SeqConfig(
        vocab_size=33, embedding_size=10, hidden_size=9, decoder_hidden_size=12, attention_size=7, bidirectional=False,
        context="pooled", **shape), seed=68)
    seq2seq("lstm-seq2seq-self", Seq2SeqConfig(
        vocab_size=29, embedding_size=8, hidden_size=7, decoder_hidden_size=10, attention_size=9, num_layers=2,
        encoder_self_attention=2, **shape), seed=160)
