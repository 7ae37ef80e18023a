"""What both recurrent models are made of: the LSTM read layer by layer, attention pooling, dropout in whole columns.

S source tokens, T target tokens, E embedding width, D LSTM width per direction, M = D or 2D states' width,
A attention width, G the decoder's width, B rows of a batch.
"""

from collections.abc import Callable

import torch
from torch import nn

# (path such as "blocks.0.attn" or "decoder.blocks.0.cross", pattern (N, T, S)) → the pattern to use instead.
PatternEdit = Callable[[str, torch.Tensor], torch.Tensor]


class Recorder:
    """Collects traced values by name, without their batch dimension, and gives edits a place to act."""

    def __init__(self, edit: PatternEdit | None = None):
        self.values: dict[str, torch.Tensor] = {}
        self._edit = edit

    def put(self, name: str, value: torch.Tensor) -> None:
        """`value` is (1, …): traces are of one text."""
        self.values[name] = value[0]

    def edited(self, path: str, pattern: torch.Tensor) -> torch.Tensor:
        """Patterns are (1, N, T, S) here and (N, T, S) in an edit."""
        return self._edit(path, pattern[0])[None] if self._edit else pattern


class LstmLayers(nn.LSTM):
    """nn.LSTM that can also tell what each of its layers gave; its tensors keep nn.LSTM's names."""

    def __init__(self, inputs: int, width: int, layers: int, bidirectional: bool):
        super().__init__(inputs, width, layers, batch_first=True, bidirectional=bidirectional)

    def run(self, inputs: torch.Tensor, lengths: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        """States (B, S, M) and f (B, M): the last layer's last forward and first backward state, joined."""
        if lengths is None:
            states, (last, _) = self(inputs)
        else:
            packed = nn.utils.rnn.pack_padded_sequence(inputs, lengths.cpu(), batch_first=True, enforce_sorted=False)
            packed_states, (last, _) = self(packed)
            states, _ = nn.utils.rnn.pad_packed_sequence(packed_states, batch_first=True, total_length=inputs.shape[1])
        directions = 2 if self.bidirectional else 1
        return states, torch.cat(tuple(last[-directions:]), dim=-1)

    def layer_states(self, inputs: torch.Tensor) -> list[torch.Tensor]:
        """States (B, S, M) of every layer, one layer at a time: what `run` does not show."""
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
    """Σ α_t h_t with α = softmax(query · tanh(W h_t + b)) (Yang et al. 2016, hierarchical attention networks, §2.2)."""

    def __init__(self, width: int, attention_width: int):
        super().__init__()
        self.projection = nn.Linear(width, attention_width)
        self.query = nn.Parameter(torch.empty(attention_width).uniform_(-1, 1) / attention_width ** 0.5)

    def forward(self, states: torch.Tensor, hidden: torch.Tensor | None = None, recorder: Recorder | None = None,
                path: str = "") -> torch.Tensor:
        """(B, M) from `states` (B, S, M); `hidden` (B, S) is true where a row has only padding."""
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
    """(B, S), true beyond each row's length; None where no row is padded."""
    if lengths is None:
        return None
    return torch.arange(places, device=lengths.device) >= lengths[:, None]


def drop_columns(values: torch.Tensor, rate: float, training: bool) -> torch.Tensor:
    """Dropout of (B, S, C) with one mask for all places of a row (Gal & Ghahramani 2016)."""
    if not training or rate == 0:
        return values
    mask = torch.empty(values.shape[0], 1, values.shape[2], device=values.device).bernoulli_(1 - rate)
    return values * (mask / (1 - rate))
