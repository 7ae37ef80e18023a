"""Trains and saves byte-level BPE tokenizers (BPE: Sennrich et al. 2016; on bytes: Radford et al. 2019)."""

import json
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from .text import END_OF_TEXT


def train_byte_level(texts: Iterable[str], vocabulary: int) -> Tokenizer:
    """Train a tokenizer that begins every sequence with `<|endoftext|>` and can encode any UTF-8 text.

    All 256 bytes are in the vocabulary, so there is no unknown token. No space is added before a text, so
    decoding gives exactly the encoded text. Raises ValueError if the texts give fewer than `vocabulary` tokens.
    """
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=vocabulary, special_tokens=[END_OF_TEXT], show_progress=False,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet())))
    if tokenizer.get_vocab_size() != vocabulary:
        raise ValueError(f"the text gave {tokenizer.get_vocab_size()} tokens, {vocabulary} were asked for")
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{END_OF_TEXT} $A", pair=f"{END_OF_TEXT} $A {END_OF_TEXT} $B",
        special_tokens=[(END_OF_TEXT, tokenizer.token_to_id(END_OF_TEXT))])
    return tokenizer


def save(tokenizer: Tokenizer, folder: Path, context: int) -> None:
    """Write tokenizer.json, and the tokenizer_config.json that transformers needs, into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": END_OF_TEXT, "eos_token": END_OF_TEXT,
        "model_max_length": context, "clean_up_tokenization_spaces": False}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
