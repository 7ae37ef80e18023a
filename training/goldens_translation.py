"""Writes wasm-tests/golden/marian-*: tiny Marians, with results and translations by transformers.

    python training/goldens_translation.py

marian-translate has a tokenizer, and translations by beam search. marian-apart has different embeddings and sizes in
encoder and decoder, and no tokenizer. Weights come from a fixed seed. Results are computed in float64 from the stored
weights and stored as F32. A translation is stored only if float32 and float64 give the same ids.
"""

import json

import torch
from goldens import write
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import GenerationConfig, MarianConfig, MarianMTModel

from attenscope_training.sources import REPOSITORY

GOLDEN = REPOSITORY / "wasm-tests" / "golden"
FOLDER = GOLDEN / "marian-translate"
END, UNKNOWN, PAD = "</s>", "<unk>", "<pad>"
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
TEXTS = [
    "Tom is at home.",
    "I can't swim, can you?",
    "It’s “quoted” (maybe) … ok",
    "Hello, 你好 world 123!",
    "汤姆在家。",
    "She said \"no\".",
]
SETTINGS = [
    {"num_beams": 4},
    {"num_beams": 1},
    {"num_beams": 3, "length_penalty": 2.0},
    {"num_beams": 5, "length_penalty": -0.5, "max_length": 9},
    {"num_beams": 2, "no_repeat_ngram_size": 2},
    {"num_beams": 3, "renormalize_logits": True, "early_stopping": True, "min_length": 6},
]


def utf16_units(text: str, code_points: int) -> int:
    """The number of UTF-16 units in the first `code_points` characters of a text."""
    return len(text[:code_points].encode("utf-16-le")) // 2


def tokenizer() -> Tokenizer:
    """Byte-pair encoding with byte fallback; a space becomes ▁, except before Chinese and its punctuation."""
    def rules(made: Tokenizer) -> Tokenizer:
        made.normalizer = normalizers.Sequence([
            normalizers.Replace("’", "'"), normalizers.Prepend("▁"), normalizers.Replace(" ", "▁"),
            normalizers.Replace(Regex("▁+(?=[㐀-鿿“《（…，。！？])"), "")])
        made.pre_tokenizer = pre_tokenizers.Split(
            Regex("▁?[A-Za-z']+|▁?[0-9]|[㐀-鿿]+|▁?[^A-Za-z'0-9㐀-鿿▁]+|▁"), "isolated")
        return made

    learner = rules(Tokenizer(models.BPE()))
    learner.train_from_iterator(["".join(c for c in text if c not in "“”…(") for text in TEXTS] * 3,
                                trainers.BpeTrainer(vocab_size=90, show_progress=False))
    learnt = json.loads(learner.to_str())["model"]
    pieces = [END, UNKNOWN, PAD, *BYTES, *sorted(learnt["vocab"], key=learnt["vocab"].get)]
    made = rules(Tokenizer(models.BPE({piece: index for index, piece in enumerate(pieces)},
                                      [tuple(pair) for pair in learnt["merges"]],
                                      unk_token=UNKNOWN, byte_fallback=True, fuse_unk=False)))
    made.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in (END, UNKNOWN, PAD)])
    made.decoder = decoders.Sequence([
        decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    # The tokenizer adds no end token, because the family's code adds it.
    made.post_processor = processors.TemplateProcessing(single="$A", special_tokens=[])
    return made


def random_model(config: MarianConfig, seed: int) -> MarianMTModel:
    """A Marian with random weights that are large enough for patterns far from uniform."""
    torch.manual_seed(seed)
    made = MarianMTModel(config).eval()
    with torch.no_grad():
        for name, parameter in made.named_parameters():
            if "embed_positions" in name:
                continue
            if "layer_norm.weight" in name:
                parameter.uniform_(0.6, 1.4)
            else:
                wide = any(part in name for part in ("q_proj", "k_proj"))
                parameter.normal_(0, 0.1 if name.endswith("bias") else 0.4 if wide else 0.2)
        made.final_logits_bias.normal_(0, 0.5)
    return made


def model(vocabulary: int) -> MarianMTModel:
    """The Marian of marian-translate; some of its searches end by themselves, because the end token has a bias."""
    made = random_model(MarianConfig(
        vocab_size=vocabulary, d_model=32, encoder_layers=2, decoder_layers=3, encoder_attention_heads=4,
        decoder_attention_heads=2, encoder_ffn_dim=40, decoder_ffn_dim=56, max_position_embeddings=64,
        activation_function="relu", scale_embedding=True, decoder_start_token_id=2, pad_token_id=2, eos_token_id=0,
        forced_eos_token_id=0), seed=11)
    with torch.no_grad():
        made.final_logits_bias[0, 0] = 2.0
        # Byte tokens are rare, as in real text.
        made.final_logits_bias[0, 3:259] -= 1.5
    return made


@torch.no_grad()
def search(model: MarianMTModel, ids: list[int], settings: dict) -> tuple[list[int], float]:
    """The ids of the best translation, and its score."""
    source = torch.tensor([ids])
    found = model.generate(source, attention_mask=torch.ones_like(source), do_sample=False, output_scores=True,
                           return_dict_in_generate=True, **settings)
    tokens = found.sequences[0].tolist()
    if settings["num_beams"] > 1:
        return tokens, found.sequences_scores[0].item()
    # transformers gives no score for a greedy search, so the mean log-probability is computed here.
    logits = model(source, decoder_input_ids=torch.tensor([tokens[:-1]])).logits[0].double().log_softmax(-1)
    own = [row[token].item() for row, token in zip(logits, tokens[1:])]
    if len(tokens) == model.generation_config.max_length:
        own[-1] = 0.0
    return tokens, sum(own) / len(own)


@torch.no_grad()
def results(model: MarianMTModel, source: list[int], target: list[int]) -> dict[str, torch.Tensor]:
    """Logits and all patterns, and those of the first ids alone with the prefix `single.`."""
    model.set_attn_implementation("eager")

    def traced(source: torch.Tensor, target: torch.Tensor) -> dict[str, torch.Tensor]:
        found = model.double()(source[None], decoder_input_ids=target[None], output_attentions=True)
        values = {"input_ids": source, "decoder_input_ids": target, "logits": found.logits[0]}
        for name, patterns in (("encoder.blocks.{}.attn", found.encoder_attentions),
                               ("decoder.blocks.{}.attn", found.decoder_attentions),
                               ("decoder.blocks.{}.cross", found.cross_attentions)):
            values |= {f"{name.format(layer)}.pattern": pattern[0] for layer, pattern in enumerate(patterns)}
        return values

    source_ids, target_ids = torch.tensor(source), torch.tensor(target)
    single = traced(source_ids[:1], target_ids[:1])
    return traced(source_ids, target_ids) | {f"single.{name}": value for name, value in single.items()}


def apart() -> None:
    """Write marian-apart, in which encoder and decoder have different embeddings, vocabularies and sizes."""
    config = MarianConfig(
        vocab_size=41, decoder_vocab_size=53, share_encoder_decoder_embeddings=False, d_model=36, encoder_layers=1,
        decoder_layers=2, encoder_attention_heads=3, decoder_attention_heads=6, encoder_ffn_dim=30, decoder_ffn_dim=52,
        max_position_embeddings=48, activation_function="gelu", scale_embedding=False, decoder_start_token_id=1,
        pad_token_id=1, eos_token_id=0, forced_eos_token_id=0)
    made = random_model(config, seed=12)
    made.save_pretrained(GOLDEN / "marian-apart")
    generator = torch.Generator().manual_seed(12)
    source = torch.randint(2, 41, (19,), generator=generator).tolist()
    target = [1, *torch.randint(2, 53, (10,), generator=generator).tolist()]
    write(GOLDEN / "marian-apart" / "golden.safetensors", results(made, source, target))


def main() -> None:
    torch.set_num_threads(1)
    pieces = tokenizer()
    made = model(pieces.get_vocab_size())
    made.generation_config = GenerationConfig(
        num_beams=4, max_length=24, decoder_start_token_id=2, eos_token_id=0, pad_token_id=2, forced_eos_token_id=0,
        bad_words_ids=[[2]], length_penalty=1.0)
    made.save_pretrained(FOLDER)
    pieces.save(str(FOLDER / "tokenizer.json"))
    config = {"tokenizer_class": "MarianTokenizer", "eos_token": END, "unk_token": UNKNOWN, "pad_token": PAD,
              "clean_up_tokenization_spaces": False}
    (FOLDER / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
    cases, encodings = [], []
    for text in TEXTS:
        encoding = pieces.encode(text)
        ids = [*encoding.ids, 0]
        spans = [[utf16_units(text, start), utf16_units(text, end)] for start, end in encoding.offsets]
        encodings.append({"text": text, "ids": ids, "spans": spans})
        for settings in SETTINGS:
            found, score = search(made.float(), ids, settings)
            precise, _ = search(made.double(), ids, settings)
            if found != precise:
                print(f"left out, because float32 and float64 differ: {text!r} {settings}")
                continue
            words = pieces.decode([token for token in found if token not in (0, 2)])
            cases.append({"text": text, "settings": settings, "target": found, "translation": words, "score": score})
    ends = sum(case["target"][-1] == 0 and len(case["target"]) < case["settings"].get("max_length", 24) for case in cases)
    print(f"{len(cases)} cases, {ends} end by themselves, {len({str(case['target']) for case in cases})} different")
    longest = max(cases, key=lambda case: len(case["target"]))
    source = next(each["ids"] for each in encodings if each["text"] == longest["text"])
    write(FOLDER / "golden.safetensors", results(made, source, longest["target"][:-1]))
    (FOLDER / "golden.json").write_text(json.dumps({"encodings": encodings, "cases": cases}, ensure_ascii=True, indent=1) + "\n")
    apart()
    for name in ("marian-translate", "marian-apart"):
        for file in (GOLDEN / name).iterdir():
            file.chmod(0o644)


if __name__ == "__main__":
    main()
