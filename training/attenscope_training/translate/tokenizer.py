"""The tokenizer of both languages, which have one subword vocabulary, and merge dropout for training."""

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
# Words with the space before them, single digits, sequences of Chinese characters, sequences of other signs.
PIECES = Regex(f"▁?[{_LATIN}]+|▁?[0-9]|[{_HAN}]+|▁?[^{_LATIN}0-9{_HAN}▁]+|▁")


def train(texts: Iterable[str], vocabulary: int, least_count: int = 4) -> Tokenizer:
    """Train byte-pair encoding on characters (Sennrich et al. 2016); rare characters become bytes.

    A character is rare if it occurs less than `least_count` times. A space becomes ▁ at the start of the next word, and
    a space is added before the text, so that a word has the same token at every position. There is no ▁ before Chinese.
    Raises ValueError if the texts do not give `vocabulary` tokens.
    """
    texts = list(texts)
    counts = Counter(character for text in texts for character in text if character != " ")
    alphabet = sorted(c for c, n in counts.items() if n >= least_count)
    learner = _with_rules(Tokenizer(models.BPE()))
    # The special tokens and the bytes are added to the learnt vocabulary below.
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
    """The tokenizer with this vocabulary (token → id) and these merges."""
    tokenizer = _with_rules(Tokenizer(models.BPE(
        vocabulary, merges, unk_token=UNKNOWN, byte_fallback=True, fuse_unk=False)))
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in (END, UNKNOWN, PAD)])
    tokenizer.decoder = decoders.Sequence([
        decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"$A {END}", pair=f"$A {END} $B {END}", special_tokens=[(END, END_ID)])
    return tokenizer


class MergeDropout:
    """Encodes without a random share of the merges, so that the model learns different subwords of a word.

    Like BPE-dropout (Provilkov et al. 2020, arXiv:1910.13267), but merges are dropped per batch instead of per word. So
    the result depends only on the seed, and the fast encoder of `tokenizers` can be used.
    """

    def __init__(self, tokenizer: Tokenizer):
        model = json.loads(tokenizer.to_str())["model"]
        self._vocabulary = model["vocab"]
        self._merges = [tuple(pair) for pair in model["merges"]]
        self._whole = tokenizer

    def encode(self, texts: list[str], rate: float, rng: np.random.Generator) -> list[list[int]]:
        """The ids of each text, after each merge was dropped with probability `rate`."""
        tokenizer = self._whole
        if rate > 0:
            kept = rng.random(len(self._merges)) >= rate
            tokenizer = build(self._vocabulary, [merge for merge, keep in zip(self._merges, kept) if keep])
        return [encoding.ids for encoding in tokenizer.encode_batch(texts)]


def save(tokenizer: Tokenizer, folder: Path, positions: int) -> None:
    """Write tokenizer.json, and the tokenizer_config.json that transformers needs, into `folder`."""
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
    """The texts without rare characters, which would otherwise use entries of the vocabulary."""
    return ["".join(c for c in text if c in alphabet or c == " ") for text in texts]
