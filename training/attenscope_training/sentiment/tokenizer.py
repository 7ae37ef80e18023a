"""The tokenizer of the sentiment model: lower-cased English words, and pieces for rare words.

Natural spelling and the treebank's spelling ("do n't", "it 's .", "`` so ''") give the same tokens: spaces are dropped,
and words such as "don't" and "cannot" are split as in the treebank. A hyphen is a token of its own, so "well-made" is
three known tokens. Words are split by WordPiece's longest-match-first rule (Wu et al. 2016).
"""

import json
from collections import Counter
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

PAD, UNKNOWN = "[PAD]", "[UNK]"
_LETTER = r"[\p{L}\p{N}]"
# Replacements of the normalizer, so that different signs with one meaning become the same sign.
_REWRITES = [
    ("[‘’`´]{2}|''|[“”„«»]", '"'),
    ("[‘’`´]", "'"),
    ("[–—]", "--"),
    ("…", "..."),
    ("-lrb-", "("),
    ("-rrb-", ")"),
]
# In this order: a word before "n't", contractions, parts of "cannot" and the like, words, dots and dashes, single signs.
PIECES = "|".join([
    rf"{_LETTER}+(?=n't(?!{_LETTER}))", rf"n't(?!{_LETTER})", rf"'(?:s|m|d|re|ve|ll|em|til)(?!{_LETTER})",
    rf"(?<!{_LETTER})(?:can(?=not(?!{_LETTER}))|gon(?=na(?!{_LETTER}))|got(?=ta(?!{_LETTER}))|wan(?=na(?!{_LETTER})))",
    rf"{_LETTER}+", r"\.{2,}", r"-{2,}", r"[^\s\p{L}\p{N}]"])


def rules() -> tuple[normalizers.Normalizer, pre_tokenizers.PreTokenizer]:
    """The normalizer and the rule that splits a text into words; both are independent of the vocabulary."""
    normalizer = normalizers.Sequence([
        normalizers.NFD(), normalizers.StripAccents(), normalizers.Lowercase(),
        *(normalizers.Replace(Regex(pattern), text) for pattern, text in _REWRITES)])
    return normalizer, pre_tokenizers.Split(Regex(PIECES), "removed", invert=True)


def words_of(text: str) -> list[str]:
    """The words of a text, before they are split into pieces."""
    normalizer, splitter = rules()
    return [word for word, _ in splitter.pre_tokenize_str(normalizer.normalize_str(text))]


def train(sentences: list[str], least_count: int, pieces: int) -> Tokenizer:
    """Train a tokenizer with the words in at least `least_count` sentences, and about `pieces` pieces for other words."""
    counts = Counter(word for sentence in sentences for word in set(words_of(sentence)))
    whole = [word for word, count in counts.most_common() if count >= least_count]
    learner = Tokenizer(models.WordPiece(unk_token=UNKNOWN))
    learner.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    learner.train_from_iterator(counts, trainers.WordPieceTrainer(vocab_size=pieces, show_progress=False))
    learnt = learner.get_vocab()
    vocabulary = dict.fromkeys([PAD, UNKNOWN, *whole, *sorted(learnt, key=learnt.get)])
    return build({token: index for index, token in enumerate(vocabulary)})


def build(vocabulary: dict[str, int]) -> Tokenizer:
    """The tokenizer with this vocabulary (token → id)."""
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token=UNKNOWN, max_input_chars_per_word=40))
    tokenizer.normalizer, tokenizer.pre_tokenizer = rules()
    tokenizer.decoder = decoders.WordPiece(cleanup=False)
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in (PAD, UNKNOWN)])
    return tokenizer


def spelt_out(vocabulary: dict[str, int]) -> dict[int, list[int]]:
    """For each word of four letters or more, its pieces if the word were not in the vocabulary; both as token ids."""
    spellings = {}
    for word, index in vocabulary.items():
        if len(word) > 3 and word.isalpha() and (ids := _longest_matches(word, vocabulary)):
            spellings[index] = ids
    return spellings


def _longest_matches(word: str, vocabulary: dict[str, int]) -> list[int] | None:
    """The pieces of `word` by WordPiece's rule, without the word itself; None if no pieces fit."""
    ids, start = [], 0
    while start < len(word):
        ends = range(len(word) if start else len(word) - 1, start, -1)
        end = next((end for end in ends if ("##" if start else "") + word[start:end] in vocabulary), None)
        if end is None:
            return None
        ids.append(vocabulary[("##" if start else "") + word[start:end]])
        start = end
    return ids


def save(tokenizer: Tokenizer, folder: Path, positions: int) -> None:
    """Write tokenizer.json, and the tokenizer_config.json that transformers needs, into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "unk_token": UNKNOWN, "pad_token": PAD,
              "model_max_length": positions, "clean_up_tokenization_spaces": False}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
