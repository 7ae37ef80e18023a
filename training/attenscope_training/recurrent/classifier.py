"""`attenscope-lstm-classifier`: embeddings, an LSTM, additive attention pooling with a learned query."""

from dataclasses import dataclass

import torch
from torch import nn

from .layers import AdditivePooling, LstmLayers, PatternEdit, Recorder, drop_columns, padding_of


@dataclass(frozen=True)
class ClassifierConfig:
    vocab_size: int
    embedding_size: int   # E
    hidden_size: int      # D
    attention_size: int   # A
    num_layers: int = 1
    bidirectional: bool = True
    max_position_embeddings: int = 512
    pad_token_id: int = 0
    labels: tuple[str, ...] = ("negative", "positive")

    @property
    def state_size(self) -> int:
        """M"""
        return self.hidden_size * (2 if self.bidirectional else 1)


@dataclass(frozen=True)
class ClassifierDropout:
    """Rates of training; a checkpoint does not keep them."""

    embedding: float = 0.0  # whole columns of a text's embeddings
    states: float = 0.0     # whole columns of the LSTM's states
    pooled: float = 0.0


class LstmClassifier(nn.Module):
    model_type = "attenscope-lstm-classifier"

    def __init__(self, config: ClassifierConfig, dropout: ClassifierDropout = ClassifierDropout()):
        super().__init__()
        self.config, self.dropout = config, dropout
        self.embeddings = nn.Embedding(config.vocab_size, config.embedding_size)
        self.encoder = LstmLayers(config.embedding_size, config.hidden_size, config.num_layers, config.bidirectional)
        self.pooling = AdditivePooling(config.state_size, config.attention_size)
        self.classifier = nn.Linear(config.state_size, len(config.labels))

    def forward(self, ids: torch.Tensor, lengths: torch.Tensor | None = None) -> torch.Tensor:
        """Logits (B, labels) of `ids` (B, S), padded behind where `lengths` (B) says so."""
        inputs = drop_columns(self.embeddings(ids), self.dropout.embedding, self.training)
        states, _ = self.encoder.run(inputs, lengths)
        states = drop_columns(states, self.dropout.states, self.training)
        pooled = self.pooling(states, padding_of(lengths, ids.shape[1]))
        return self.classifier(nn.functional.dropout(pooled, self.dropout.pooled, self.training))

    @torch.no_grad()
    def trace(self, ids: torch.Tensor, edit: PatternEdit | None = None) -> dict[str, torch.Tensor]:
        """Every traced value of one text `ids` (S), and `logits` (labels)."""
        recorder = Recorder(edit)
        inputs = self.embeddings(ids[None].long())
        recorder.put("embedding", inputs)
        for layer, states in enumerate(self.encoder.layer_states(inputs)):
            recorder.put(f"blocks.{layer}.hidden", states)
        path = f"blocks.{self.config.num_layers - 1}.attn"
        pooled = self.pooling(states, recorder=recorder, path=path)
        recorder.values[f"{path}.output"] = pooled  # (1, M): one query, whose one head's output it is
        recorder.put("logits", self.classifier(pooled))
        return recorder.values
