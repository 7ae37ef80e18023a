"""One subword vocabulary for both languages, and its variants that leave some merges out."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

END, UNKNOWN, PAD = "</s>", "<unk>", "<pad>"
END_ID, UNKNOWN_ID, PAD_ID = 0, 1, 2
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
_LATIN, _HAN = "A-Za-zÀ-ɏ'", "㐀-鿿"
# Words with the space before them, single digits, runs of Chinese, runs of other signs.
PIECES = Regex(f"▁?[{_LATIN}]+|▁?[0-9]|[{_HAN}]+|▁?[^{_LATIN}0-9{_HAN}▁]+|▁")


def train(texts: Iterable[str], vocabulary: int, least_count: int = 4) -> Tokenizer:
    """Byte-pair encoding over characters (Sennrich et al. 2016); a character seen less often is spelt in bytes.

    A space becomes ▁ at the start of the word after it, and one is put in front of the text, so that a word is the
    same token everywhere; Chinese has none.
    """
    texts = list(texts)
    counts = Counter(character for text in texts for character in text if character != " ")
    alphabet = sorted(c for c, n in counts.items() if n >= least_count)
    learner = _with_rules(Tokenizer(models.BPE()))
    # The bytes come on top of what is learnt here.
    learner.train_from_iterator(_known(texts, set(alphabet)), trainers.BpeTrainer(
        vocab_size=vocabulary - 3 - len(BYTES), initial_alphabet=alphabet, limit_alphabet=len(alphabet) + 1,
        show_progress=False))
    learnt = json.loads(learner.to_str())["model"]
    pieces = [END, UNKNOWN, PAD, *BYTES, *sorted(learnt["vocab"], key=learnt["vocab"].get)]
    if len(pieces) != vocabulary:
        raise ValueError(f"the text gave {len(pieces)} tokens, {vocabulary} were asked for")
    merges = [tuple(pair) for pair in learnt["merges"]]
    return build({piece: index for index, piece in enumerate(pieces)}, merges)


def build(vocabulary: dict[str, int], merges: list[tuple[str, str]]) -> Tokenizer:
    tokenizer = _with_rules(Tokenizer(models.BPE(
        vocabulary, merges, unk_token=UNKNOWN, byte_fallback=True, fuse_unk=False)))
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in (END, UNKNOWN, PAD)])
    tokenizer.decoder = decoders.Sequence([
        decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"$A {END}", pair=f"$A {END} $B {END}", special_tokens=[(END, END_ID)])
    return tokenizer


class MergeDropout:
    """Encodes with a random part of the merges left out, so that a word is met in several spellings.

    As BPE-dropout (Provilkov et al. 2020, arXiv:1910.13267), but drawn once a batch instead of once a word: then it is
    a function of the seed alone, and the library's own fast encoder does the work.
    """

    def __init__(self, tokenizer: Tokenizer):
        model = json.loads(tokenizer.to_str())["model"]
        self._vocabulary = model["vocab"]
        self._merges = [tuple(pair) for pair in model["merges"]]
        self._whole = tokenizer

    def encode(self, texts: list[str], rate: float, rng: np.random.Generator) -> list[list[int]]:
        tokenizer = self._whole
        if rate > 0:
            kept = rng.random(len(self._merges)) >= rate
            tokenizer = build(self._vocabulary, [merge for merge, keep in zip(self._merges, kept) if keep])
        return [encoding.ids for encoding in tokenizer.encode_batch(texts)]


def save(tokenizer: Tokenizer, folder: Path, positions: int) -> None:
    """tokenizer.json and the tokenizer_config.json that transformers reads beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": END, "unk_token": UNKNOWN, "pad_token": PAD,
              "model_max_length": positions, "clean_up_tokenization_spaces": False}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")


def _with_rules(tokenizer: Tokenizer) -> Tokenizer:
    tokenizer.normalizer = normalizers.Sequence([
        normalizers.Replace("’", "'"), normalizers.Prepend("▁"), normalizers.Replace(" ", "▁"),
        normalizers.Replace(Regex(f"▁+(?=[{_HAN}“《（…，。！？])"), "")])
    tokenizer.pre_tokenizer = pre_tokenizers.Split(PIECES, "isolated")
    return tokenizer


def _known(texts: list[str], alphabet: set[str]) -> list[str]:
    """Without the characters that are too rare to have a token: they would take places of the vocabulary."""
    return ["".join(c for c in text if c in alphabet or c == " ") for text in texts]
