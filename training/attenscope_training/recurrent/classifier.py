"""`attenscope-lstm-classifier`: embeddings, an LSTM and additive attention pooling with a learned query."""

from dataclasses import dataclass

import torch
from torch import nn

from .layers import AdditivePooling, LstmLayers, PatternEdit, Recorder, drop_columns, padding_of


@dataclass(frozen=True)
class ClassifierConfig:
    """The content of config.json that defines the model's shape."""

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
        """The width M of a state: D, or 2D if the LSTM is bidirectional."""
        return self.hidden_size * (2 if self.bidirectional else 1)


@dataclass(frozen=True)
class ClassifierDropout:
    """Dropout rates for training; a checkpoint does not store them."""

    embedding: float = 0.0  # whole columns of a text's embeddings
    states: float = 0.0     # whole columns of the LSTM's states
    pooled: float = 0.0


class LstmClassifier(nn.Module):
    """The classifier; its tensors have the names that docs/checkpoint-forms.md defines."""

    model_type = "attenscope-lstm-classifier"

    def __init__(self, config: ClassifierConfig, dropout: ClassifierDropout = ClassifierDropout()):
        super().__init__()
        self.config, self.dropout = config, dropout
        self.embeddings = nn.Embedding(config.vocab_size, config.embedding_size)
        self.encoder = LstmLayers(config.embedding_size, config.hidden_size, config.num_layers, config.bidirectional)
        self.pooling = AdditivePooling(config.state_size, config.attention_size)
        self.classifier = nn.Linear(config.state_size, len(config.labels))

    def forward(self, ids: torch.Tensor, lengths: torch.Tensor | None = None) -> torch.Tensor:
        """Logits (B, labels) of `ids` (B, S). If `lengths` (B) is given, a row's later ids are padding."""
        inputs = drop_columns(self.embeddings(ids), self.dropout.embedding, self.training)
        states, _ = self.encoder.run(inputs, lengths)
        states = drop_columns(states, self.dropout.states, self.training)
        pooled = self.pooling(states, padding_of(lengths, ids.shape[1]))
        return self.classifier(nn.functional.dropout(pooled, self.dropout.pooled, self.training))

    @torch.no_grad()
    def trace(self, ids: torch.Tensor, edit: PatternEdit | None = None) -> dict[str, torch.Tensor]:
        """All traced values of one text `ids` (S), by name, and `logits` (labels). `edit` can change the pattern."""
        recorder = Recorder(edit)
        inputs = self.embeddings(ids[None].long())
        recorder.put("embedding", inputs)
        for layer, states in enumerate(self.encoder.layer_states(inputs)):
            recorder.put(f"blocks.{layer}.hidden", states)
        path = f"blocks.{self.config.num_layers - 1}.attn"
        pooled = self.pooling(states, recorder=recorder, path=path)
        recorder.values[f"{path}.output"] = pooled  # (1, M): the output of the only head at the only query
        recorder.put("logits", self.classifier(pooled))
        return recorder.values
