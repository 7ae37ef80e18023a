"""The translator: transformers' Marian with random weights, and a faster forward pass for training."""

import torch
from torch.nn.functional import cross_entropy, embedding, linear, scaled_dot_product_attention
from transformers import MarianConfig, MarianMTModel

from ..dropping import drop
from .data import Batch
from .settings import Settings
from .tokenizer import END_ID, PAD_ID


def build(settings: Settings) -> MarianMTModel:
    """A Marian of the sizes in `settings`, with random weights.

    It has norms after each sublayer, sinusoidal positions, and one embedding for source, target and output.
    """
    torch.manual_seed(settings.seed)
    config = MarianConfig(
        vocab_size=settings.vocabulary, d_model=settings.width,
        encoder_layers=settings.encoder_layers, decoder_layers=settings.decoder_layers,
        encoder_attention_heads=settings.heads, decoder_attention_heads=settings.heads,
        encoder_ffn_dim=settings.feed_forward, decoder_ffn_dim=settings.feed_forward,
        activation_function=settings.activation, max_position_embeddings=settings.positions, scale_embedding=True,
        dropout=settings.dropout, attention_dropout=0.0, activation_dropout=0.0, init_std=0.02,
        share_encoder_decoder_embeddings=True, tie_word_embeddings=True,
        pad_token_id=PAD_ID, eos_token_id=END_ID, bos_token_id=None, decoder_start_token_id=PAD_ID,
        forced_eos_token_id=END_ID)
    return MarianMTModel(config)


def begin(settings: Settings) -> MarianMTModel:
    """The model at the start of a run: `start_from`, whose shapes must match `settings`, or a random model."""
    model = build(settings)
    if settings.start_from:
        model.load_state_dict(MarianMTModel.from_pretrained(settings.start_from, dtype=torch.float32).state_dict())
    return model


class PackedMarian(torch.nn.Module):
    """Marian's forward pass and loss, computed without the padding.

    About a third of the positions of a batch are padding. Here, embeddings, norms, projections and feed-forward layers
    compute on a list of the real tokens (tokens, C); only attention uses the padded shape (B, N, T, H). The weights are
    those of `marian`, and the results equal those of `MarianMTModel` up to rounding (there are tests for this).
    """

    def __init__(self, marian: MarianMTModel, label_smoothing: float):
        super().__init__()
        self.marian, self._smoothing = marian, label_smoothing

    def forward(self, batch: Batch) -> torch.Tensor:
        """Mean cross-entropy in nats per target token, with label smoothing during training."""
        states, targets = self._states(batch)
        weight, bias = self.marian.model.shared.weight, self.marian.final_logits_bias[0]
        if self.training:
            return SmoothedLoss.apply(states, weight, bias, targets, self._smoothing)
        return cross_entropy(linear(states, weight, bias).float(), targets)

    def logits(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """The logits (target tokens, V), and the target ids (target tokens)."""
        states, targets = self._states(batch)
        return linear(states, self.marian.model.shared.weight, self.marian.final_logits_bias[0]), targets

    def _states(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """The decoder's last states (target tokens, C), and the target ids (target tokens)."""
        model = self.marian.model
        source = _Places(batch.source != PAD_ID)
        target = _Places(batch.target != PAD_ID)
        inputs = batch.target.roll(1, 1)
        inputs[:, 0] = PAD_ID  # the decoder starts with <pad>

        x = self._embed(source.pack(batch.source), source, model.encoder.embed_positions.weight)
        for layer in model.encoder.layers:
            x = layer.self_attn_layer_norm(x + self._drop(self._attend(layer.self_attn, x, source, x, source)))
            x = layer.final_layer_norm(x + self._drop(self._feed_forward(layer, x)))
        y = self._embed(target.pack(inputs), target, model.decoder.embed_positions.weight)
        for layer in model.decoder.layers:
            y = layer.self_attn_layer_norm(y + self._drop(self._attend(layer.self_attn, y, target, y, target)))
            y = layer.encoder_attn_layer_norm(y + self._drop(self._attend(layer.encoder_attn, y, target, x, source)))
            y = layer.final_layer_norm(y + self._drop(self._feed_forward(layer, y)))
        return y, target.pack(batch.target)

    def _embed(self, ids: torch.Tensor, places: "_Places", positions: torch.Tensor) -> torch.Tensor:
        weight = self.marian.model.shared.weight
        return self._drop(embedding(ids, weight) * weight.shape[1] ** 0.5 + positions[places.columns])

    def _feed_forward(self, layer: torch.nn.Module, x: torch.Tensor) -> torch.Tensor:
        return layer.fc2(layer.activation_fn(layer.fc1(x)))

    def _attend(self, attention: torch.nn.Module, x: torch.Tensor, queries: "_Places", memory: torch.Tensor,
                keys: "_Places") -> torch.Tensor:
        q, k, v = attention.q_proj(x), attention.k_proj(memory), attention.v_proj(memory)
        q, k, v = (places.spread(part).unflatten(-1, (attention.num_heads, -1)).transpose(1, 2)
                   for part, places in ((q, queries), (k, keys), (v, keys)))  # (B, N, T, H)
        # Padding comes after the tokens, so the causal mask already hides it from the queries of real tokens.
        mask = None if attention.is_causal else keys.mask
        output = scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=attention.is_causal)
        return attention.out_proj(queries.pack(output.transpose(1, 2).flatten(2)))

    def _drop(self, x: torch.Tensor) -> torch.Tensor:
        return drop(x, self.marian.config.dropout, self.training)


class SmoothedLoss(torch.autograd.Function):
    """Cross-entropy with label smoothing (Szegedy et al. 2016, §7) of the output layer, without storing all logits.

    The gradient of the logits is softmax(logits) − target distribution. The forward pass therefore computes logits and
    gradients for `ROWS` rows at a time, which fit the cache, and never stores the whole (tokens, V).
    """

    ROWS = 512

    @staticmethod
    def forward(ctx, states, weight, bias, targets, smoothing):
        total = states.new_zeros(())
        states_gradient, weight_gradient = torch.empty_like(states), torch.zeros_like(weight)
        count, vocabulary = len(states), weight.shape[0]
        spread = smoothing / vocabulary
        for start in range(0, count, SmoothedLoss.ROWS):
            rows = states[start:start + SmoothedLoss.ROWS]
            wanted = targets[start:start + SmoothedLoss.ROWS, None]
            logits = linear(rows, weight, bias)  # (rows, V)
            logits -= logits.amax(1, keepdim=True)
            hit, mean = logits.gather(1, wanted), logits.sum(1, keepdim=True)
            probabilities = logits.exp_()
            mass = probabilities.sum(1, keepdim=True)
            total += (mass.log() - (1 - smoothing) * hit - spread * mean).sum()
            gradient = probabilities.div_(mass).sub_(spread)
            gradient.scatter_add_(1, wanted, torch.full_like(hit, smoothing - 1))
            torch.mm(gradient, weight, out=states_gradient[start:start + SmoothedLoss.ROWS])
            weight_gradient.addmm_(gradient.T, rows)
        ctx.save_for_backward(states_gradient.div_(count), weight_gradient.div_(count))
        return total / count

    @staticmethod
    def backward(ctx, gradient):
        states_gradient, weight_gradient = ctx.saved_tensors
        return gradient * states_gradient, gradient * weight_gradient, None, None, None


class _Places:
    """The positions of the real tokens in a padded batch (B, T)."""

    def __init__(self, real: torch.Tensor):
        self.shape = real.shape
        self._index = real.flatten().nonzero().squeeze(1)
        self.columns = self._index % real.shape[1]
        self.mask = None if real.all() else torch.zeros(real.shape, device=real.device).masked_fill(
            ~real, float("-inf"))[:, None, None, :]  # (B, 1, 1, T), added to the scores

    def pack(self, padded: torch.Tensor) -> torch.Tensor:
        """The real tokens (tokens, …) of a padded tensor (B, T, …)."""
        return padded.flatten(0, 1).index_select(0, self._index)

    def spread(self, packed: torch.Tensor) -> torch.Tensor:
        """The padded tensor (B, T, C) of the real tokens (tokens, C), with zeros at padding."""
        padded = packed.new_zeros(self.shape.numel(), packed.shape[1])
        return padded.index_copy(0, self._index, packed).unflatten(0, self.shape)
