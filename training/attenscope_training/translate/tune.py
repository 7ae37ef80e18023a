"""Prints BLEU on the validation pairs for several length penalties, from one beam search.

    python -m attenscope_training.translate.tune

The search ends when the number of ended hypotheses is the number of beams, and the length penalty only ranks them. So
one search gives the hypotheses for every penalty. The command uses the exported model.
"""

import torch
from tokenizers import Tokenizer
from transformers import MarianMTModel

from .. import runtime
from . import score
from .data import pad
from .settings import Settings
from .split import Pair, data_folder, split
from .tokenizer import END_ID, PAD_ID

PENALTIES = (0.0, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4, 1.6, 2.0)


@torch.inference_mode()
def hypotheses(model: MarianMTModel, tokenizer: Tokenizer, pairs: list[Pair], beams: int,
               rows: int = 64) -> list[list[tuple[str, float, int]]]:
    """For each pair, its hypotheses: (text, sum of log-probabilities, length as transformers' `generate` counts it)."""
    results = []
    pairs = [pair.english for pair in pairs]
    for start in range(0, len(pairs), rows):
        ids = pad([encoding.ids for encoding in tokenizer.encode_batch(pairs[start:start + rows])], model.device)
        output = model.generate(
            ids, attention_mask=(ids != PAD_ID).long(), num_beams=beams, num_return_sequences=beams, do_sample=False,
            length_penalty=1.0, early_stopping=True, return_dict_in_generate=True, output_scores=True,
            max_length=min(2 * ids.shape[1] + 10, model.config.max_position_embeddings))
        texts = tokenizer.decode_batch(output.sequences.tolist(), skip_special_tokens=True)
        # The number of tokens after the decoder's start token, including </s>.
        lengths = [row.index(END_ID) if END_ID in row else len(row) - 1 for row in output.sequences.tolist()]
        found = [(text, value * length, length)
                 for text, value, length in zip(texts, output.sequences_scores.tolist(), lengths)]
        results += [found[i:i + beams] for i in range(0, len(found), beams)]
    return results


def main() -> None:
    settings = Settings()
    device = runtime.start().device
    model = MarianMTModel.from_pretrained(settings.model_folder, dtype=torch.float32).to(device).eval()
    tokenizer = Tokenizer.from_file(str(settings.model_folder / "tokenizer.json"))
    parts = split(data_folder(), settings.test_pairs, settings.valid_pairs)
    for name, pairs in (("Tatoeba", parts.tatoeba_valid), ("3AM", parts.caption_valid)):
        found = hypotheses(model, tokenizer, pairs, settings.beams)
        for penalty in PENALTIES:
            best = [max(beams, key=lambda beam: beam[1] / beam[2] ** penalty)[0] for beams in found]
            print(f"{name:8s} length penalty {penalty:.1f}: BLEU {score.bleu(best, pairs):.2f}", flush=True)


if __name__ == "__main__":
    main()
