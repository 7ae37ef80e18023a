"""The story model: transformers' Llama with random weights, and its loss."""

import torch
from torch.nn.functional import cross_entropy
from transformers import LlamaConfig, LlamaForCausalLM

from ..dropping import drop
from .settings import Settings


def build(settings: Settings) -> LlamaForCausalLM:
    """A Llama of the sizes in `settings`, with random weights, tied embeddings, and dropout during training."""
    torch.manual_seed(settings.seed)
    config = LlamaConfig(
        vocab_size=settings.vocabulary, hidden_size=settings.width, intermediate_size=settings.feed_forward,
        num_hidden_layers=settings.layers, num_attention_heads=settings.heads,
        num_key_value_heads=settings.key_value_heads, head_dim=settings.width // settings.heads,
        max_position_embeddings=settings.context, rope_parameters={"rope_type": "default", "rope_theta": settings.rope_theta},
        rms_norm_eps=1e-5, initializer_range=0.02, tie_word_embeddings=True, bos_token_id=0, eos_token_id=0,
        pad_token_id=None)
    model = LlamaForCausalLM(config)
    # Each layer adds two outputs to the residual; smaller output projections keep its variance (Radford et al. 2019).
    with torch.no_grad():
        for layer in model.model.layers:
            layer.self_attn.o_proj.weight.div_((2 * settings.layers) ** 0.5)
            layer.mlp.down_proj.weight.div_((2 * settings.layers) ** 0.5)
    if settings.dropout:
        # Dropout of the embedding and of each layer's two outputs. Dropout of attention weights would prevent the fused
        # attention kernel, which makes training on a CPU about twice as fast.
        dropped = [model.model.embed_tokens]
        for layer in model.model.layers:
            dropped += [layer.self_attn.o_proj, layer.mlp.down_proj]
        for module in dropped:
            module.register_forward_hook(
                lambda module, _, output: drop(output, settings.dropout, module.training))
    return model


def begin(settings: Settings) -> LlamaForCausalLM:
    """The model at the start of a run: `start_from`, whose shapes must match `settings`, or a random model."""
    model = build(settings)
    if settings.start_from:
        model.load_state_dict(LlamaForCausalLM.from_pretrained(settings.start_from, dtype=torch.float32).state_dict())
    return model


def loss(model: torch.nn.Module, rows: torch.Tensor) -> torch.Tensor:
    """Mean cross-entropy, in nats per token, of `rows` (B, T + 1): each token is predicted from the tokens before it."""
    logits = model(input_ids=rows[:, :-1], use_cache=False).logits  # (B, T, V)
    return cross_entropy(logits.flatten(0, 1).float(), rows[:, 1:].flatten())
