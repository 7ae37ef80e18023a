"""Translates by beam search, and scores translations with sacreBLEU's BLEU for Chinese (Papineni et al. 2002)."""

from collections.abc import Sequence

import torch
from tokenizers import Tokenizer
from transformers import MarianMTModel

from .data import pad
from .split import Pair
from .tokenizer import PAD_ID


@torch.inference_mode()
def translate(model: MarianMTModel, tokenizer: Tokenizer, texts: Sequence[str], beams: int = 4,
              length_penalty: float = 1.0, batch_rows: int = 64) -> list[str]:
    """The best translation of each text, in the order of `texts`. Batches have texts of similar length."""
    model.eval()
    ids = [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    results = [""] * len(ids)
    for start in range(0, len(order), batch_rows):
        chosen = order[start:start + batch_rows]
        rows = pad([ids[i] for i in chosen], model.device)
        output = model.generate(
            rows, attention_mask=(rows != PAD_ID).long(), num_beams=beams, do_sample=False,
            length_penalty=length_penalty, early_stopping=beams > 1,
            max_length=min(2 * rows.shape[1] + 10, model.config.max_position_embeddings))
        for i, text in zip(chosen, tokenizer.decode_batch(output.tolist(), skip_special_tokens=True)):
            results[i] = text
    return results


def bleu(translations: Sequence[str], pairs: Sequence[Pair]) -> float:
    """sacreBLEU's corpus BLEU with its `zh` tokenizer, for which each Chinese character is a token."""
    from sacrebleu.metrics import BLEU
    return BLEU(tokenize="zh").corpus_score(list(translations), [[pair.chinese for pair in pairs]]).score
