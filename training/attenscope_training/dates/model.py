"""The dates model with random weights, its batches, its loss and its evaluation."""

from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn.functional import cross_entropy

from ..recurrent import LstmSeq2Seq, Seq2SeqConfig
from ..recurrent.seq2seq import Seq2SeqDropout
from . import data
from . import tokenizer as letters
from .settings import Settings
from .writing import Writer

ISO_LENGTH = len("2021-03-03") + 1  # with the end token


def build(settings: Settings, tokenizer: Tokenizer) -> LstmSeq2Seq:
    """The model with random weights from `settings.seed`."""
    torch.manual_seed(settings.seed)
    model = LstmSeq2Seq(
        Seq2SeqConfig(
            vocab_size=tokenizer.get_vocab_size(),
            embedding_size=settings.embedding,
            hidden_size=settings.width,
            decoder_hidden_size=settings.decoder,
            attention_size=settings.attention,
            max_position_embeddings=settings.longest,
            decoder_start_token_id=tokenizer.token_to_id(letters.START),
            eos_token_id=tokenizer.token_to_id(letters.END),
            pad_token_id=tokenizer.token_to_id(letters.PAD),
        ),
        Seq2SeqDropout(settings.dropout, settings.dropout, settings.dropout),
    )
    with torch.no_grad():
        # A bias of 1 keeps the forget gates open at first (Jozefowicz et al. 2015).
        for name, parameter in model.named_parameters():
            if ".bias_ih" in name:
                parameter[parameter.numel() // 4:parameter.numel() // 2] = 1.0
    return model


@dataclass(frozen=True)
class Batch:
    """Token ids of B texts of equal length and of their dates."""

    source: torch.Tensor   # (B, S)
    targets: torch.Tensor  # (B, T)
    share: float           # rows of the whole batch / rows of a full batch


class WrittenDates:
    """Batches of newly written dates; all texts of a batch have the same length, so there is no padding.

    A batch depends only on (seed, step). The texts of many steps are written together, as a pool; the pool is grouped
    by length and cut into batches.
    """

    def __init__(self, tokenizer: Tokenizer, settings: Settings):
        self._tokenizer, self._settings, self._days = tokenizer, settings, data.days()["train"]
        self._unknown, self._start = tokenizer.token_to_id(letters.UNKNOWN), tokenizer.token_to_id(letters.START)
        self._pool, self._batches = -1, []

    def batch(self, step: int, rank: int = 0, world: int = 1) -> Batch:
        """This rank's share of batch `step`."""
        pool, place = divmod(step, self._settings.pool_steps)
        if pool != self._pool:
            self._batches, self._pool = self._write(pool), pool
        source, targets = self._batches[place % len(self._batches)]
        share = len(source) / self._settings.rows_per_step
        # If there are fewer rows than processes, every process gets all rows: each process needs a gradient.
        mine = slice(rank, None, world) if len(source) >= world else slice(None)
        return Batch(torch.from_numpy(source[mine]), torch.from_numpy(targets[mine]), share)

    def _write(self, pool: int) -> list[tuple[np.ndarray, np.ndarray]]:
        rng = np.random.default_rng([self._settings.seed, pool])
        writer, rows = Writer(rng), self._settings.rows_per_step
        chosen = [self._days[i] for i in rng.integers(len(self._days), size=rows * self._settings.pool_steps)]
        sources = [e.ids for e in self._tokenizer.encode_batch([writer.write(day) for day in chosen])]
        targets = np.array([e.ids for e in self._tokenizer.encode_batch([day.isoformat() for day in chosen])])
        by_length: dict[int, list[int]] = {}
        for place, source in enumerate(sources):
            by_length.setdefault(len(source), []).append(place)
        batches = []
        for places in by_length.values():
            for first in range(0, len(places), rows):
                members = places[first:first + rows]
                source = np.array([sources[i] for i in members])
                hidden = rng.random(source.shape) < self._settings.unknown_signs
                hidden[:, -1] = False
                batches.append((np.where(hidden, self._unknown, source), targets[members]))
        return [batches[i] for i in rng.permutation(len(batches))]


def loss(model: LstmSeq2Seq, batch: Batch) -> torch.Tensor:
    """Mean cross-entropy, in nats per character of the date, multiplied by `batch.share`."""
    start = getattr(model, "module", model).config.decoder_start_token_id
    inputs = torch.cat([torch.full_like(batch.targets[:, :1], start), batch.targets[:, :-1]], 1)
    logits = model(batch.source, inputs)
    return cross_entropy(logits.flatten(0, 1).float(), batch.targets.flatten()) * batch.share


@torch.inference_mode()
def read(model: LstmSeq2Seq, tokenizer: Tokenizer, texts: list[str]) -> list[str]:
    """The dates that `model` decodes from `texts` by greedy search."""
    model.eval()
    device, end = model.output.weight.device, model.config.eos_token_id
    rows, found = [encoding.ids for encoding in tokenizer.encode_batch(texts)], [""] * len(texts)
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
    for first in range(0, len(order), 256):
        places = order[first:first + 256]
        lengths = torch.tensor([len(rows[i]) for i in places], device=device)
        source = torch.tensor(
            [rows[i] + [model.config.pad_token_id] * (int(lengths.max()) - len(rows[i])) for i in places]
        )
        for place, ids in zip(places, model.greedy(source.to(device), ISO_LENGTH + 4, lengths).tolist()):
            found[place] = tokenizer.decode(ids[:ids.index(end)] if end in ids else ids)
    return found


def exact(model: LstmSeq2Seq, tokenizer: Tokenizer, examples: list[data.Example]) -> float:
    """The share of examples whose date is decoded without an error."""
    found = read(model, tokenizer, [text for text, _ in examples])
    return sum(iso == answer for (_, iso), answer in zip(examples, found)) / len(examples)


@torch.inference_mode()
def nats(model: LstmSeq2Seq, tokenizer: Tokenizer, examples: list[data.Example]) -> float:
    """Mean cross-entropy of the dates, in nats per character."""
    model.eval()
    total, device = 0.0, model.output.weight.device
    order = sorted(examples, key=lambda example: len(example[0]))
    for first in range(0, len(order), 256):
        part = order[first:first + 256]
        rows = [tokenizer.encode(text).ids for text, _ in part]
        lengths = torch.tensor([len(row) for row in rows])
        source = torch.tensor(
            [row + [model.config.pad_token_id] * (int(lengths.max()) - len(row)) for row in rows], device=device
        )
        targets = torch.tensor([tokenizer.encode(iso).ids for _, iso in part], device=device)
        inputs = torch.cat([torch.full_like(targets[:, :1], model.config.decoder_start_token_id), targets[:, :-1]], 1)
        total += cross_entropy(model(source, inputs, lengths).flatten(0, 1), targets.flatten(), reduction="sum").item()
    return total / (len(examples) * ISO_LENGTH)
