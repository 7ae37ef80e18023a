"""The parts of both recurrent models: an LSTM with traced layers, attention pooling, and dropout of whole columns.

Shapes: B rows of a batch, S source tokens, T target tokens, N heads, E embedding width, D width of the LSTM per
direction, M = D or 2D width of the states, A attention width, G width of the decoder.
"""

from collections.abc import Callable

import torch
from torch import nn

# (path such as "blocks.0.attn" or "decoder.blocks.0.cross", pattern (N, T, S)) → the pattern to use instead.
PatternEdit = Callable[[str, torch.Tensor], torch.Tensor]


class Recorder:
    """Collects traced values by name, without their batch dimension, and applies an edit to patterns."""

    def __init__(self, edit: PatternEdit | None = None):
        self.values: dict[str, torch.Tensor] = {}
        self._edit = edit

    def put(self, name: str, value: torch.Tensor) -> None:
        """Store `value` (1, …) under `name`; a trace has one text, so the batch dimension is 1."""
        self.values[name] = value[0]

    def edited(self, path: str, pattern: torch.Tensor) -> torch.Tensor:
        """The `pattern` (1, N, T, S) after the edit; the edit itself gets (N, T, S)."""
        return self._edit(path, pattern[0])[None] if self._edit else pattern


class LstmLayers(nn.LSTM):
    """An nn.LSTM that can also return the states of each layer; its tensors keep the names of nn.LSTM."""

    def __init__(self, inputs: int, width: int, layers: int, bidirectional: bool):
        super().__init__(inputs, width, layers, batch_first=True, bidirectional=bidirectional)

    def run(self, inputs: torch.Tensor, lengths: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        """The last layer's states (B, S, M) for `inputs` (B, S, E), and f (B, M).

        f concatenates the forward state at the last token and the backward state at the first token.
        """
        if lengths is None:
            states, (last, _) = self(inputs)
        else:
            packed = nn.utils.rnn.pack_padded_sequence(inputs, lengths.cpu(), batch_first=True, enforce_sorted=False)
            packed_states, (last, _) = self(packed)
            states, _ = nn.utils.rnn.pad_packed_sequence(packed_states, batch_first=True, total_length=inputs.shape[1])
        directions = 2 if self.bidirectional else 1
        return states, torch.cat(tuple(last[-directions:]), dim=-1)

    def layer_states(self, inputs: torch.Tensor) -> list[torch.Tensor]:
        """The states (B, S, M) of every layer for `inputs` (B, S, E), computed layer by layer."""
        states, directions = [], ["", "_reverse"] if self.bidirectional else [""]
        for layer in range(self.num_layers):
            single = nn.LSTM(inputs.shape[-1], self.hidden_size, batch_first=True, bidirectional=self.bidirectional,
                             dtype=inputs.dtype, device=inputs.device)
            single.load_state_dict({f"{kind}_l0{end}": getattr(self, f"{kind}_l{layer}{end}")
                                    for end in directions for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")})
            inputs = single(inputs)[0].detach()
            states.append(inputs)
        return states


class AdditivePooling(nn.Module):
    """Σ α_t h_t with α = softmax_t(query · tanh(W h_t + b)) (Yang et al. 2016, §2.2)."""

    def __init__(self, width: int, attention_width: int):
        super().__init__()
        self.projection = nn.Linear(width, attention_width)
        self.query = nn.Parameter(torch.empty(attention_width).uniform_(-1, 1) / attention_width ** 0.5)

    def forward(self, states: torch.Tensor, hidden: torch.Tensor | None = None, recorder: Recorder | None = None,
                path: str = "") -> torch.Tensor:
        """The weighted sum (B, M) of `states` (B, S, M); `hidden` (B, S) is true at padding."""
        keys = torch.tanh(self.projection(states))  # u (B, S, A)
        scores = keys @ self.query                  # (B, S)
        if hidden is not None:
            scores = scores.masked_fill(hidden, float("-inf"))
        pattern = scores.softmax(-1)
        if recorder:
            pattern = recorder.edited(path, pattern[:, None, None])[:, 0, 0]
        pooled = (pattern[:, None] @ states)[:, 0]  # (B, M)
        if recorder:
            for name, value in {"q": self.query[None, None, None], "k": keys[:, None], "v": states[:, None],
                                "scores": scores[:, None, None], "pattern": pattern[:, None, None],
                                "head_output": pooled[:, None, None]}.items():
                recorder.put(f"{path}.{name}", value)
        return pooled


def padding_of(lengths: torch.Tensor | None, places: int) -> torch.Tensor | None:
    """A mask (B, S) that is true at padding, for rows of `lengths` (B) and S = `places`; None without `lengths`."""
    if lengths is None:
        return None
    return torch.arange(places, device=lengths.device) >= lengths[:, None]


def drop_columns(values: torch.Tensor, rate: float, training: bool) -> torch.Tensor:
    """Dropout of `values` (B, S, C) with the same mask at all positions of a row (Gal & Ghahramani 2016)."""
    if not training or rate == 0:
        return values
    mask = torch.empty(values.shape[0], 1, values.shape[2], device=values.device).bernoulli_(1 - rate)
    return values * (mask / (1 - rate))
