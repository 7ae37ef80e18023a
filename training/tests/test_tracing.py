"""Tests that compare traced values with transformers' results."""

import torch
from transformers import LlamaConfig, LlamaForCausalLM

from attenscope_training.tracing import eager, trace


def tiny() -> LlamaForCausalLM:
    torch.manual_seed(0)
    return LlamaForCausalLM(LlamaConfig(vocab_size=20, hidden_size=16, intermediate_size=24, num_hidden_layers=2,
                                        num_attention_heads=4, num_key_value_heads=2)).double().eval()


def test_trace_is_what_transformers_computes():
    model, ids = tiny(), torch.tensor([3, 1, 4, 1, 5])
    values = trace(model, ids)
    logits, patterns = eager(model, ids)
    torch.testing.assert_close(values["logits"], logits)
    for index, pattern in enumerate(patterns):
        torch.testing.assert_close(values[f"blocks.{index}.attn.pattern"], pattern)
    assert values["blocks.1.attn.k"].shape == (2, 5, 4) and values["blocks.1.residual"].shape == (5, 16)


def test_an_edit_that_changes_nothing_changes_nothing_and_one_that_zeroes_does():
    model, ids = tiny(), torch.tensor([3, 1, 4, 1, 5])
    plain = trace(model, ids)["logits"]
    torch.testing.assert_close(trace(model, ids, lambda _, pattern: pattern)["logits"], plain)
    assert not torch.allclose(trace(model, ids, lambda _, pattern: pattern * 0)["logits"], plain)
