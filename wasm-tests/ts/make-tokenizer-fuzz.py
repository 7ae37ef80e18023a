"""Writes tokenizer-fuzz.json: hashes of the ids and spans that Hugging Face's tokenizers give for 10,000 texts.

    python wasm-tests/ts/make-tokenizer-fuzz.py SHARED [DUMP]

The test makes the same texts from the pieces in the file, by the rule of `texts` below: see tokenizer-fuzz.test.ts.
For every `BLOCK` texts there is a hash of their ids and a hash of their spans in UTF-16 units. With the folder DUMP, ids
and spans are also written there, one line per text, to find a difference.
"""

import json
import sys
from pathlib import Path

import tokenizers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from tokenizers.implementations import BertWordPieceTokenizer

ROOT = Path(__file__).resolve().parents[2]
COUNT = 10_000
BLOCK = 100
SEED = 7

PIECES = [
    *["the", " the", "Once", " upon", "time", "don't", "I'LL", "'s", "running", " unbelievable", "Zürich", "naïve"],
    *["ABC", "aBc", "x", " a", "A", "ing", "_", "foo_bar", "e.g.", "http://a.b/c?d=e", "C++", "#tag", "@x"],
    *[" ", "  ", "   ", "\n", "\n\n", "\t", "\r\n", "\u00a0", "\u3000", "\u2028", "\u200b", "\u2003", "\u0085"],
    *["0", "12", "345", "6789", "１２", "½", "²", "٣٤", "3.14", "1,000", "-5"],
    *[".", ",", "!", "?", "...", "…", "—", "-", "(", ")", '"', "“", "”", "'", "’", "`", "^", "~", "～", "$", "%", "<", ">"],
    *["你好", "世界", "，", "。", "天气", "龍", "𠀀", "㐂", "ラーメン", "ｶﾞ", "ひらがな", "한국어", "한", "가"],
    *["👍", "👍🏽", "👨‍👩‍👧", "🏳️‍🌈", "🇨🇳", "❤️", "☃", "1️⃣", "😀"],
    *["e\u0301", "a\u0323\u030a", "o\u0308", "\u0301", "ﬁ", "ﬃ", "Ⅷ", "Å", "ℌ", "ß", "İ", "ı", "Σ", "ΑΣ", "ς", "Ǆ", "ŉ"],
    *["مرحبا", " بالعالم", "שלום", "ש\u05c1", "لا", "ـ", "हिन्दी", "क्षि", "தமிழ்", "ไทย", "မြန်မာ"],
    *["Привет", "мир", "Ёж", "й", "Ω", "αβγ", "ж\u0301"],
    *["\u0000", "\u0001", "\u007f", "\ufeff", "\ufffd", "\u2060", "\u00ad", "▁", "▁▁", "<0x41>", "##", "Ġ", "\ue000"],
    *["[CLS]", "[MASK]", "</s>", "<unk>", "<pad>", "<|endoftext|>"],
]  # fmt: skip


def texts() -> list[str]:
    """The texts: a linear congruential generator chooses the pieces by its upper bits."""
    state = SEED

    def below(end: int) -> int:
        nonlocal state
        state = (state * 1664525 + 1013904223) % 2**32
        return (state >> 8) % end

    return ["".join(PIECES[below(len(PIECES))] for _ in range(below(9) + 1)) for _ in range(COUNT)]


def fnv(numbers: list[int], start: int = 0x811C9DC5) -> int:
    """The FNV-1a hash of 32-bit integers."""
    for number in numbers:
        start = ((start ^ number) * 0x01000193) % 2**32
    return start


def utf16(text: str, code_points: int) -> int:
    """The number of UTF-16 units in the first `code_points` characters of a text."""
    return len(text[:code_points].encode("utf-16-le")) // 2


def references(shared: Path) -> dict:
    """The tokenizers by name, from SHARED and from models/."""
    folder = shared / "weights/tokenizers"

    def from_json(path: Path):
        return Tokenizer.from_file(str(path))

    gpt2 = Tokenizer(models.BPE.from_file(str(folder / "gpt2/encoder.json"), str(folder / "gpt2/vocab.bpe")))
    gpt2.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    gpt2.decoder = decoders.ByteLevel()
    gpt2.add_special_tokens(["<|endoftext|>"])
    bert = BertWordPieceTokenizer(str(folder / "bert-base-uncased/vocab.txt"), lowercase=True)
    bert.add_special_tokens(["[UNK]", "[SEP]", "[PAD]", "[CLS]", "[MASK]"])
    return {
        "gpt2": gpt2,
        "bert-base-uncased": bert,
        **{name: from_json(folder / name / "tokenizer.json") for name in ("roberta-base", "whisper.tiny", "t5-small")},
        "ortx-nmt-marian": from_json(folder / "ortx-nmt-marian/tokenizer.json"),
        "simplestories-4096": from_json(folder / "simplestories/simplestories-4096.json"),
        "stories-3072": from_json(folder / "simplestories/stories-3072.json"),
        **{name: from_json(ROOT / "models" / name / "tokenizer.json") for name in ("stories", "translate", "sentiment", "dates")},
    }  # fmt: skip


def encode(tokenizer, text: str) -> tuple[list[int], list[int]]:
    encoding = tokenizer.encode(text, add_special_tokens=False)
    spans = []
    starts = [start for start, _ in encoding.offsets[1:]] + [-1]
    for token, (start, end), next_start in zip(encoding.tokens, encoding.offsets, starts):
        # The library gives the word's first character to a token that is only the added space; it covers no text.
        is_added = token == "▁" and next_start == start
        spans += [utf16(text, start), utf16(text, start if is_added else end)]
    return encoding.ids, spans


def lost_places(tokenizer) -> list[int]:
    """The indices of texts in which SentencePiece's table drops a character: the library's spans are wrong for them."""
    normalizer = json.loads(tokenizer.to_str())["normalizer"]
    if not normalizer or normalizer["type"] != "Precompiled":
        return []
    dropped = {c for piece in PIECES for c in piece if tokenizer.normalizer.normalize_str(c) == ""}
    return [at for at, text in enumerate(texts()) if dropped & set(text)]


def marian_ids(shared: Path) -> list[list[int]]:
    """The ids from transformers' Marian tokenizer on SentencePiece models; this tokenizer has no spans."""
    from transformers.models.marian.tokenization_marian import MarianTokenizer

    folder = shared / "weights/tokenizers/ortx-nmt-marian"
    spm = str(folder / "vocab.joint.spm")
    tokenizer = MarianTokenizer(spm, spm, str(folder / "vocab.json"), source_lang="en", target_lang="zh")
    return [tokenizer(text).input_ids for text in texts()]


def main() -> None:
    shared = Path(sys.argv[1])
    dump = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    golden: dict = {"tokenizers": tokenizers.__version__, "seed": SEED, "count": COUNT, "block": BLOCK, "pieces": PIECES}
    golden["hashes"] = {}
    golden["withoutSpans"] = {}

    def add(name: str, results: list) -> None:
        blocks = [results[at : at + BLOCK] for at in range(0, COUNT, BLOCK)]
        golden["hashes"][name] = [
            [fnv([number for result in block for number in [len(result[part]), *result[part]]]) for block in blocks]
            for part in range(len(results[0]))
        ]
        if dump:
            dump.mkdir(exist_ok=True)
            lines = (json.dumps([text, *result]) for text, result in zip(texts(), results))
            (dump / f"{name}.jsonl").write_text("\n".join(lines))

    for name, tokenizer in references(shared).items():
        tokenizer.post_processor = None
        results = [encode(tokenizer, text) for text in texts()]
        golden["withoutSpans"][name] = left_out = lost_places(tokenizer)
        add(name, [(ids, [] if at in left_out else spans) for at, (ids, spans) in enumerate(results)])
    add("marian-spm", [(ids,) for ids in marian_ids(shared)])
    target = Path(__file__).with_name("tokenizer-fuzz.json")
    target.write_text(json.dumps(golden, ensure_ascii=True, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
