"""The sentiment model with random weights, its loss and its evaluation."""

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn.functional import log_softmax

from ..recurrent import ClassifierConfig, LstmClassifier
from ..recurrent.classifier import ClassifierDropout
from . import tokenizer as words
from .batches import Batch, evaluation
from .settings import Settings

LABELS = ("negative", "positive")


def build(settings: Settings, tokenizer: Tokenizer) -> LstmClassifier:
    """The model with random weights from `settings.seed`."""
    torch.manual_seed(settings.seed)
    config = ClassifierConfig(
        vocab_size=tokenizer.get_vocab_size(), embedding_size=settings.embedding, hidden_size=settings.width,
        attention_size=settings.attention, num_layers=settings.layers, max_position_embeddings=settings.longest,
        pad_token_id=tokenizer.token_to_id(words.PAD), labels=LABELS)
    model = LstmClassifier(config, ClassifierDropout(
        settings.embedding_dropout, settings.state_dropout, settings.pooled_dropout))
    with torch.no_grad():
        model.embeddings.weight.normal_(0, settings.embedding_spread)
        # A bias of 1 keeps the forget gates open at first (Jozefowicz et al. 2015).
        for name, parameter in model.encoder.named_parameters():
            if name.startswith("bias_ih"):
                parameter[settings.width:2 * settings.width] = 1.0
    return model


def loss(model: torch.nn.Module, batch: Batch) -> torch.Tensor:
    """Weighted mean of the cross-entropy, in nats, between `batch.targets` (B, 2) and the model's probabilities."""
    nats = -(batch.targets * log_softmax(model(batch.ids, batch.lengths), -1)).sum(-1)
    return (nats * batch.weights).mean()


@torch.inference_mode()
def logits(model: LstmClassifier, tokenizer: Tokenizer, texts: list[str]) -> np.ndarray:
    """The logits (texts, labels) of all texts."""
    model.eval()
    found = torch.empty(len(texts), len(model.config.labels))
    for places, ids, lengths in evaluation(tokenizer, texts):
        found[places] = model(ids.to(model.embeddings.weight.device), lengths).float().cpu()
    return found.numpy()


def figures(scores: np.ndarray, labels: list[int]) -> dict[str, float]:
    """The mean cross-entropy, in nats, and the accuracy of the logits `scores` (texts, labels)."""
    likelihood = log_softmax(torch.from_numpy(scores), -1)[range(len(labels)), labels]
    return {"nats": -likelihood.mean().item(), "accuracy": float((scores.argmax(-1) == np.array(labels)).mean())}
