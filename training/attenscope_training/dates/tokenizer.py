"""The tokenizer of source and target: one token per character, after lower-casing and NFKC normalization."""

import json
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, processors

PAD, START, END, UNKNOWN = "<pad>", "<s>", "</s>", "<unk>"
SPECIAL = (PAD, START, END, UNKNOWN)
# The characters that the generator writes, traditional forms, and signs that people write around a date.
SIGNS = " !\"#&'()*+,-./0123456789:;?@[]_abcdefghijklmnopqrstuvwxyz~’‘“”–—、。《》"
HAN = "〇○一二三四五六七八九零十廿卅元年月日号號星期周週礼禮拜天公西于於在期是的壹贰叁肆伍陆柒捌玖拾貳參陸"


def build() -> Tokenizer:
    """The tokenizer: byte-pair encoding without merges, so that each character is a token."""
    vocabulary = {token: index for index, token in enumerate(dict.fromkeys([*SPECIAL, *SIGNS, *HAN]))}
    tokenizer = Tokenizer(models.BPE(vocabulary, [], unk_token=UNKNOWN, fuse_unk=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.decoder = decoders.Fuse()
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL])
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"$A {END}", pair=f"$A {END} $B {END}", special_tokens=[(END, vocabulary[END])])
    return tokenizer


def save(tokenizer: Tokenizer, folder: Path, positions: int) -> None:
    """Write tokenizer.json, and the tokenizer_config.json that transformers needs, into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": START, "eos_token": END, "unk_token": UNKNOWN,
              "pad_token": PAD, "model_max_length": positions, "clean_up_tokenization_spaces": False}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
