"""Writes tokenizer-golden.json: the ids and character spans that Hugging Face's tokenizers give for some texts.

    python wasm-tests/ts/make-tokenizer-golden.py [SHARED]

The tokenizers are the shipped ones, two small ones that are trained here, and those in SHARED/weights/tokenizers if
SHARED is given. The trained ones have the two forms of a SentencePiece model, with and without `Metaspace`, and are stored
in the file. Spans count UTF-16 units and include the space before a word, which a post-processor would leave out.
"""

import json
import sys
from pathlib import Path

import tokenizers
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

ROOT = Path(__file__).resolve().parents[2]

TEXTS = [
    "",
    " ",
    "Once upon a time, there was a little girl named Lily.",
    "  two  spaces\tand a tab\nand lines\n\n",
    "don't I'm they've 1234567",
    "你好,世界!今天天气很好。",
    "a👍b👨‍👩‍👧 family 🇨🇳",
    "cafe\u0301 café naïve ﬁne",
    "مرحبا بالعالم",
    "x▁y<0x41> �",
    "line separator\u2028 and no-break\u00a0space",
]

SHIPPED = {"stories": "models/stories/tokenizer.json"}
SHARED = ["roberta-base", "whisper.tiny", "t5-small"]


def utf16_units(text: str, code_points: int) -> int:
    """The number of UTF-16 units in the first `code_points` characters of a text."""
    return len(text[:code_points].encode("utf-16-le")) // 2


def train(kind: str) -> Tokenizer:
    """A BPE with byte fallback, like SentencePiece's; `kind` is its form, 'metaspace' or 'prepend'."""
    tokenizer = Tokenizer(models.BPE(byte_fallback=True, fuse_unk=True, unk_token="<unk>"))
    special = ["<unk>", "<s>", "</s>"]
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    # The alphabet has only letters, so that other characters become bytes.
    trainer = trainers.BpeTrainer(
        vocab_size=380,
        special_tokens=special + [f"<0x{byte:02X}>" for byte in range(256)],
        limit_alphabet=40,
        show_progress=False,
    )
    tokenizer.train_from_iterator([text for text in TEXTS if text.isascii()] * 3, trainer)
    model = json.loads(tokenizer.to_str())["model"]
    model["byte_fallback"] = True
    parts = json.loads(tokenizer.to_str()) | {"model": model}
    # Only the first three tokens are special; byte tokens are ordinary tokens.
    parts["added_tokens"] = parts["added_tokens"][: len(special)]
    tokenizer = Tokenizer.from_str(json.dumps(parts))
    if kind == "prepend":
        tokenizer.pre_tokenizer = None
        tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    return tokenizer


def adds_space(tokenizer: Tokenizer, text: str) -> bool:
    """Whether the tokenizer adds a space before this text."""
    return text != "" and (tokenizer.normalizer is not None or not text.startswith((" ", "▁")))


def encode(tokenizer: Tokenizer) -> list[dict]:
    with_template = [tokenizer.encode(text).ids for text in TEXTS]
    tokenizer.post_processor = None
    cases = []
    for text, ids in zip(TEXTS, with_template):
        encoding = tokenizer.encode(text)
        spans = [[utf16_units(text, start), utf16_units(text, end)] for start, end in encoding.offsets]
        if adds_space(tokenizer, text) and encoding.tokens[:1] == ["▁"]:
            # A token that is only the added space covers no text; the library gives it the first character.
            spans[0] = [0, 0]
        cases.append({"text": text, "ids": ids, "innerIds": encoding.ids, "spans": spans})
    return cases


def main() -> None:
    golden = {"tokenizers": tokenizers.__version__, "shipped": {}, "trained": {}, "shared": {}}
    for name, path in SHIPPED.items():
        golden["shipped"][name] = encode(Tokenizer.from_file(str(ROOT / path)))
    for kind in ("metaspace", "prepend"):
        tokenizer = train(kind)
        golden["trained"][kind] = {"tokenizer": json.loads(tokenizer.to_str()), "cases": encode(tokenizer)}
    if len(sys.argv) > 1:
        for name in SHARED:
            golden["shared"][name] = encode(
                Tokenizer.from_file(str(Path(sys.argv[1]) / "weights/tokenizers" / name / "tokenizer.json"))
            )
    target = Path(__file__).with_name("tokenizer-golden.json")
    target.write_text(json.dumps(golden, ensure_ascii=True, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
