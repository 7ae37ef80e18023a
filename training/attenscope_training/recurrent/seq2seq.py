"""`attenscope-lstm-seq2seq`: an LSTM encoder and an LSTM decoder that attends to it (Bahdanau et al. 2015)."""

from dataclasses import dataclass

import torch
from torch import nn

from .layers import AdditivePooling, LstmLayers, PatternEdit, Recorder, drop_columns, padding_of


@dataclass(frozen=True)
class Seq2SeqConfig:
    """The content of config.json that defines the model's shape. Raises ValueError for sizes that do not fit."""

    vocab_size: int
    embedding_size: int        # E
    hidden_size: int           # D
    decoder_hidden_size: int   # G
    attention_size: int        # A
    decoder_start_token_id: int
    eos_token_id: int
    num_layers: int = 1        # layers of the encoder; the decoder has one layer
    bidirectional: bool = True
    context: str = "attention"
    encoder_self_attention: int = 0  # number of heads; 0 is stored as false in config.json
    max_position_embeddings: int = 128
    pad_token_id: int = 0

    def __post_init__(self):
        if self.context not in ("attention", "pooled"):
            raise ValueError(f"context is {self.context!r}, expected 'attention' or 'pooled'")
        if self.encoder_self_attention and self.state_size % self.encoder_self_attention:
            raise ValueError(f"{self.state_size} states do not divide into {self.encoder_self_attention} heads")

    @property
    def state_size(self) -> int:
        """The width M of a state of the encoder: D, or 2D if the encoder is bidirectional."""
        return self.hidden_size * (2 if self.bidirectional else 1)


@dataclass(frozen=True)
class Seq2SeqDropout:
    """Dropout rates for training; a checkpoint does not store them."""

    embedding: float = 0.0
    states: float = 0.0
    output: float = 0.0


class AdditiveAttention(nn.Module):
    """score_j = v · tanh(W_q s + W_k h_j + b) (Bahdanau et al. 2015, appendix A.1.2)."""

    def __init__(self, width: int, query_width: int, attention_width: int):
        super().__init__()
        self.query = nn.Linear(query_width, attention_width, bias=False)
        self.key = nn.Linear(width, attention_width, bias=False)
        self.bias = nn.Parameter(torch.zeros(attention_width))
        self.score = nn.Parameter(torch.empty(attention_width).uniform_(-1, 1) / attention_width ** 0.5)

    def keys(self, states: torch.Tensor) -> torch.Tensor:
        """The keys W_k h_j + b (B, S, A) of `states` (B, S, M); they are computed once per text."""
        return self.key(states) + self.bias

    def scores(self, query: torch.Tensor, keys: torch.Tensor) -> torch.Tensor:
        """The scores (B, S) of one projected query (B, A) and `keys` (B, S, A)."""
        return torch.tanh(query[:, None] + keys) @ self.score


class SelfAttention(nn.Module):
    """softmax(q·kᵀ / √H)·v over the encoder's states, without a causal mask (Vaswani et al. 2017, §3.2)."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.output = (nn.Linear(width, width) for _ in range(4))

    def forward(self, states: torch.Tensor, hidden: torch.Tensor | None = None, recorder: Recorder | None = None,
                path: str = "") -> torch.Tensor:
        """The output (B, S, M) for `states` (B, S, M); `hidden` (B, S) is true at padding."""
        q, k, v = (project(states).unflatten(-1, (self.heads, -1)).transpose(1, 2)  # (B, N, S, H)
                   for project in (self.query, self.key, self.value))
        scores = q @ k.mT  # (B, N, S, S)
        scaled = scores / q.shape[-1] ** 0.5
        masked = scaled if hidden is None else scaled.masked_fill(hidden[:, None, None], float("-inf"))
        pattern = masked.softmax(-1)
        if recorder:
            pattern = recorder.edited(path, pattern)
        head_output = pattern @ v
        output = self.output(head_output.transpose(1, 2).flatten(2))
        if recorder:
            for name, value in {"q": q, "k": k, "v": v, "scores": scores, "scaled": scaled, "pattern": pattern,
                                "head_output": head_output, "output": output}.items():
                recorder.put(f"{path}.{name}", value)
        return output


class Part(nn.Module):
    """A module that only contains other modules; it gives their tensors the names of the checkpoint format."""

    def __init__(self, **modules: nn.Module):
        super().__init__()
        for name, module in modules.items():
            self.add_module(name, module)


class LstmSeq2Seq(nn.Module):
    """The encoder–decoder; its tensors have the names that docs/checkpoint-forms.md defines."""

    model_type = "attenscope-lstm-seq2seq"

    def __init__(self, config: Seq2SeqConfig, dropout: Seq2SeqDropout = Seq2SeqDropout()):
        super().__init__()
        self.config, self.dropout = config, dropout
        states, decoder = config.state_size, config.decoder_hidden_size
        parts = {"embeddings": nn.Embedding(config.vocab_size, config.embedding_size),
                 "lstm": LstmLayers(config.embedding_size, config.hidden_size, config.num_layers, config.bidirectional)}
        if config.encoder_self_attention:
            parts["self_attention"] = SelfAttention(states, config.encoder_self_attention)
        self.encoder = Part(**parts)
        self.bridge = Part(hidden=nn.Linear(states, decoder), cell=nn.Linear(states, decoder))
        if config.context == "attention":
            self.attention = AdditiveAttention(states, decoder, config.attention_size)
        else:
            self.pooling = AdditivePooling(states, config.attention_size)
        # nn.LSTM instead of nn.LSTMCell, because its tensors have the names of the checkpoint format.
        self.decoder = Part(embeddings=nn.Embedding(config.vocab_size, config.embedding_size),
                            lstm=nn.LSTM(config.embedding_size + states, decoder, batch_first=True))
        self.output = nn.Linear(decoder + states, config.vocab_size)

    def encode(self, source: torch.Tensor, lengths: torch.Tensor | None = None,
               recorder: Recorder | None = None) -> tuple[torch.Tensor, tuple[torch.Tensor, torch.Tensor]]:
        """The encoder's states (B, S, M) for `source` (B, S), and the decoder's first states (s₀, c₀), each (B, G)."""
        inputs = drop_columns(self.encoder.embeddings(source), self.dropout.embedding, self.training)
        states, last = self.encoder.lstm.run(inputs, lengths)
        if recorder:
            recorder.put("encoder.embedding", inputs)
            for layer, shown in enumerate(self.encoder.lstm.layer_states(inputs)):
                recorder.put(f"encoder.blocks.{layer}.hidden", shown)
        if self.config.encoder_self_attention:
            states = states + self.encoder.self_attention(
                states,
                padding_of(lengths, source.shape[1]),
                recorder,
                f"encoder.blocks.{self.config.num_layers - 1}.attn",
            )
        states = drop_columns(states, self.dropout.states, self.training)
        return states, (torch.tanh(self.bridge.hidden(last)), torch.tanh(self.bridge.cell(last)))

    def decode(self, states: torch.Tensor, start: tuple[torch.Tensor, torch.Tensor], inputs: torch.Tensor,
               lengths: torch.Tensor | None = None, recorder: Recorder | None = None,
               ) -> tuple[torch.Tensor, tuple[torch.Tensor, torch.Tensor]]:
        """Logits (B, T, V) for the token after each of `inputs` (B, T), and the decoder's last states (s, c)."""
        hidden, cell = start
        padding = padding_of(lengths, states.shape[1])
        embedded = drop_columns(self.decoder.embeddings(inputs), self.dropout.embedding, self.training)  # (B, T, E)
        path = "decoder.blocks.0.cross"
        pooled = keys = None
        if self.config.context == "pooled":
            pooled = self.pooling(states, padding, recorder, path)
        else:
            keys = self.attention.keys(states)
        steps: dict[str, list[torch.Tensor]] = {name: [] for name in ("q", "scores", "pattern", "context", "hidden")}
        for place in range(inputs.shape[1]):
            if pooled is not None:
                context = pooled
            else:
                query = self.attention.query(hidden)
                scores = self.attention.scores(query, keys)
                masked = scores if padding is None else scores.masked_fill(padding, float("-inf"))
                pattern = masked.softmax(-1)
                if recorder:
                    pattern = recorder.edited(path, pattern[:, None, None])[:, 0, 0]
                    for name, value in (("q", query), ("scores", scores), ("pattern", pattern)):
                        steps[name].append(value)
                context = (pattern[:, None] @ states)[:, 0]  # (B, M)
            hidden, cell = self._step(torch.cat([embedded[:, place], context], -1), hidden, cell)
            steps["context"].append(context)
            steps["hidden"].append(hidden)
        outputs, contexts = torch.stack(steps["hidden"], 1), torch.stack(steps["context"], 1)  # (B, T, G), (B, T, M)
        if recorder:
            recorder.put("decoder.embedding", embedded)
            if pooled is None:
                for name, value in {
                    "k": keys,
                    "v": states,
                    "head_output": contexts,
                    **{name: torch.stack(steps[name], 1) for name in ("q", "scores", "pattern")},
                }.items():
                    recorder.put(f"{path}.{name}", value[:, None])
            recorder.put("decoder.blocks.0.hidden", outputs)
        joined = nn.functional.dropout(torch.cat([outputs, contexts], -1), self.dropout.output, self.training)
        return self.output(joined), (hidden, cell)

    def _step(
        self, inputs: torch.Tensor, hidden: torch.Tensor, cell: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        lstm = self.decoder.lstm
        return torch.lstm_cell(
            inputs, (hidden, cell), lstm.weight_ih_l0, lstm.weight_hh_l0, lstm.bias_ih_l0, lstm.bias_hh_l0
        )

    def forward(self, source: torch.Tensor, inputs: torch.Tensor, lengths: torch.Tensor | None = None) -> torch.Tensor:
        """Logits (B, T, V) for `source` (B, S) and the decoder's `inputs` (B, T), which begin with the start token."""
        states, start = self.encode(source, lengths)
        return self.decode(states, start, inputs, lengths)[0]

    @torch.no_grad()
    def trace(
        self, source: torch.Tensor, inputs: torch.Tensor, edit: PatternEdit | None = None
    ) -> dict[str, torch.Tensor]:
        """All traced values for one `source` (S) and the decoder's `inputs` (T), by name, and `logits` (T, V).

        `edit` gets the pattern of the cross-attention for one target position at a time, (1, 1, S).
        """
        recorder = Recorder(edit)
        states, start = self.encode(source[None].long(), recorder=recorder)
        recorder.put("logits", self.decode(states, start, inputs[None].long(), recorder=recorder)[0])
        return recorder.values

    @torch.no_grad()
    def greedy(self, source: torch.Tensor, most: int, lengths: torch.Tensor | None = None) -> torch.Tensor:
        """The most likely token at each step, (B, at most `most`); ignore the tokens after a row's end token."""
        states, state = self.encode(source, lengths)
        token = torch.full((len(source), 1), self.config.decoder_start_token_id, device=source.device)
        ended, tokens = torch.zeros(len(source), dtype=torch.bool, device=source.device), []
        for _ in range(most):
            logits, state = self.decode(states, state, token, lengths)
            token = logits[:, -1].argmax(-1, keepdim=True)
            tokens.append(token)
            ended |= token[:, 0] == self.config.eos_token_id
            if ended.all():
                break
        return torch.cat(tokens, 1)
