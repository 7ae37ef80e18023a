"""Tests that compare the recurrent models with plain loops, written from the formulas of docs/checkpoint-forms.md."""

import json

import pytest
import torch

from attenscope_training import recurrent
from attenscope_training.recurrent import ClassifierConfig, LstmClassifier, LstmSeq2Seq, Seq2SeqConfig
from attenscope_training.recurrent.rounding import as_int8

IDS, INPUTS = torch.tensor([3, 1, 4, 1, 5, 9, 2]), torch.tensor([1, 7, 8, 3])


def sigmoid(x):
    return 1 / (1 + (-x).exp())


def cell(x, h, c, w_ih, w_hh, b_ih, b_hh):
    """One step of an LSTM with the gates i, f, g, o and PyTorch's two biases (Hochreiter & Schmidhuber 1997)."""
    i, f, g, o = (w_ih @ x + b_ih + w_hh @ h + b_hh).chunk(4)
    c = sigmoid(f) * c + sigmoid(i) * g.tanh()
    return sigmoid(o) * c.tanh(), c


def lstm(inputs, tensors, prefix, layers, width, bidirectional):
    """The states of every layer, and f of the last layer."""
    shown = []
    for layer in range(layers):
        columns = []
        for end in ["", "_reverse"] if bidirectional else [""]:
            weights = [
                tensors[f"{prefix}.{kind}_l{layer}{end}"] for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
            ]
            h = c = torch.zeros(width, dtype=inputs.dtype)
            states = []
            for x in inputs.flip(0) if end else inputs:
                h, c = cell(x, h, c, *weights)
                states.append(h)
            columns.append((torch.stack(states[::-1] if end else states), h))
        inputs = torch.cat([states for states, _ in columns], -1)
        shown.append(inputs)
    return shown, torch.cat([last for _, last in columns])


def pool(states, tensors):
    scores = torch.stack(
        [
            tensors["pooling.query"]
            @ (tensors["pooling.projection.weight"] @ h + tensors["pooling.projection.bias"]).tanh()
            for h in states
        ]
    )
    pattern = scores.softmax(0)
    return pattern @ states, pattern


def random(model):
    torch.manual_seed(1)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, 0, 0.5)
    return model.double().eval()


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_classifier_is_what_the_page_says(layers, bidirectional):
    model = random(LstmClassifier(ClassifierConfig(11, 6, 5, 4, layers, bidirectional, labels=("a", "b", "c"))))
    tensors, values = model.state_dict(), model.trace(IDS)
    shown, _ = lstm(tensors["embeddings.weight"][IDS], tensors, "encoder", layers, 5, bidirectional)
    context, pattern = pool(shown[-1], tensors)
    logits = tensors["classifier.weight"] @ context + tensors["classifier.bias"]
    for layer in range(layers):
        torch.testing.assert_close(values[f"blocks.{layer}.hidden"], shown[layer])
    path, width = f"blocks.{layers - 1}.attn", 10 if bidirectional else 5
    torch.testing.assert_close(values[f"{path}.pattern"], pattern[None, None])
    torch.testing.assert_close(values[f"{path}.output"], context[None])
    torch.testing.assert_close(values["logits"], logits)
    torch.testing.assert_close(model(IDS[None])[0], logits)
    shapes = {"q": (1, 1, 4), "k": (1, 7, 4), "v": (1, 7, width), "scores": (1, 1, 7), "head_output": (1, 1, width)}
    assert {name: tuple(values[f"{path}.{name}"].shape) for name in shapes} == shapes


@pytest.mark.parametrize("context", ["attention", "pooled"])
@pytest.mark.parametrize("heads", [0, 2])
@pytest.mark.parametrize("layers, bidirectional", [(1, True), (2, True), (1, False)])
def test_seq2seq_is_what_the_page_says(context, heads, layers, bidirectional):
    model = random(LstmSeq2Seq(Seq2SeqConfig(11, 6, 4, 5, 3, 1, 2, layers, bidirectional, context, heads)))
    t, values = model.state_dict(), model.trace(IDS, INPUTS)
    shown, f = lstm(t["encoder.embeddings.weight"][IDS], t, "encoder.lstm", layers, 4, bidirectional)
    h, width = shown[-1], 8 if bidirectional else 4
    if heads:
        q, k, v = (
            h @ t[f"encoder.self_attention.{n}.weight"].T + t[f"encoder.self_attention.{n}.bias"]
            for n in ("query", "key", "value")
        )
        size = width // heads
        parts = [
            (q[:, c] @ k[:, c].T / size**0.5).softmax(-1) @ v[:, c]
            for c in (slice(n * size, (n + 1) * size) for n in range(heads))
        ]
        h = (
            h
            + torch.cat(parts, -1) @ t["encoder.self_attention.output.weight"].T
            + t["encoder.self_attention.output.bias"]
        )
    s, c = ((t[f"bridge.{n}.weight"] @ f + t[f"bridge.{n}.bias"]).tanh() for n in ("hidden", "cell"))
    logits, patterns = [], []
    for y in INPUTS:
        if context == "pooled":
            summed, pattern = pool(h, t)
        else:
            query = t["attention.query.weight"] @ s
            pattern = torch.stack(
                [t["attention.score"] @ (query + t["attention.key.weight"] @ x + t["attention.bias"]).tanh() for x in h]
            ).softmax(0)
            summed = pattern @ h
        s, c = cell(torch.cat([t["decoder.embeddings.weight"][y], summed]), s, c,
                    *(t[f"decoder.lstm.{n}_l0"] for n in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")))
        logits.append(t["output.weight"] @ torch.cat([s, summed]) + t["output.bias"])
        patterns.append(pattern)
    expected = torch.stack(patterns if context == "attention" else patterns[:1])[None]
    torch.testing.assert_close(values["decoder.blocks.0.cross.pattern"], expected)
    torch.testing.assert_close(values["logits"], torch.stack(logits))
    torch.testing.assert_close(model(IDS[None], INPUTS[None])[0], torch.stack(logits))
    if heads:
        assert values[f"encoder.blocks.{layers - 1}.attn.pattern"].shape == (heads, 7, 7)


def test_padding_changes_nothing():
    rows, lengths = torch.tensor([[3, 1, 4, 0, 0], [3, 1, 4, 1, 5]]), torch.tensor([3, 5])
    classifier = random(LstmClassifier(ClassifierConfig(11, 6, 5, 4, 2)))
    torch.testing.assert_close(classifier(rows, lengths)[0], classifier(rows[:1, :3])[0])
    for options in ({"encoder_self_attention": 2}, {"context": "pooled"}):
        model = random(LstmSeq2Seq(Seq2SeqConfig(11, 6, 4, 5, 3, 1, 2, **options)))
        torch.testing.assert_close(
            model(rows, INPUTS[None].expand(2, -1), lengths)[0], model(rows[:1, :3], INPUTS[None])[0]
        )


def test_greedy_takes_the_likeliest_token_of_the_trace():
    model = random(LstmSeq2Seq(Seq2SeqConfig(11, 6, 4, 5, 3, 1, eos_token_id=10)))
    tokens = model.greedy(IDS[None], 6)[0]
    inputs = torch.cat([torch.tensor([1]), tokens[:-1]])
    assert model.trace(IDS, inputs)["logits"].argmax(-1).tolist() == tokens.tolist()


def test_edits_act_on_patterns():
    model = random(LstmSeq2Seq(Seq2SeqConfig(11, 6, 4, 5, 3, 1, 2, encoder_self_attention=2)))
    plain = model.trace(IDS, INPUTS)["logits"]
    torch.testing.assert_close(model.trace(IDS, INPUTS, lambda _, pattern: pattern)["logits"], plain)
    for path in ("encoder.blocks.0.attn", "decoder.blocks.0.cross"):

        def without(where: str, pattern: torch.Tensor, path: str = path) -> torch.Tensor:
            return pattern * 0 if where == path else pattern

        edited = model.trace(IDS, INPUTS, without)["logits"]
        assert not torch.allclose(edited, plain)


@pytest.mark.parametrize("model", [
    LstmClassifier(ClassifierConfig(11, 6, 5, 4, labels=("sad", "glad"))),
    LstmSeq2Seq(Seq2SeqConfig(11, 6, 4, 5, 3, 1, 2, context="pooled", encoder_self_attention=2))])
def test_a_saved_folder_loads_to_the_same_model(tmp_path, model):
    recurrent.save(model, tmp_path)
    loaded = recurrent.load(tmp_path)
    assert loaded.config == model.config
    for name, tensor in model.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], tensor)
    assert json.loads((tmp_path / "config.json").read_text())["model_type"] == model.model_type


def test_eight_bits_move_no_weight_by_more_than_half_a_step():
    model = random(LstmClassifier(ClassifierConfig(11, 6, 5, 4)))
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    for name, tensor in as_int8(model).state_dict().items():
        assert torch.equal(before[name], model.state_dict()[name])
        step = before[name].abs().amax(-1, keepdim=True) / 127
        limit = step / 2 * 1.001 if tensor.ndim == 2 else torch.zeros_like(tensor)
        assert ((tensor - before[name]).abs() <= limit).all(), name
