// Converts a llama2.c float32 checkpoint and its tokenizer to a Hugging Face folder.
//
//   node training/convert-llama2c.mjs MODEL.bin TOKENIZER.bin OUT_DIR
//
// Needs Node ≥ 20 and no packages, so that tests can convert without Python. The formats are those that run.c of
// karpathy/llama2.c reads.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const FLOAT_BYTES = 4;
const HEADER_FIELDS = ['dim', 'hiddenDim', 'layers', 'heads', 'kvHeads', 'vocabSize', 'seqLen'];
const UNKNOWN = 0, BEGIN = 1, END = 2;
const SPACE = '▁'; // U+2581, SentencePiece's visible space

/** Converts a checkpoint and writes it to `outDir`; returns the folder's config. */
export async function convertLlama2c(modelPath, tokenizerPath, outDir) {
  const { config, tensors } = readModel(await readFile(modelPath), basename(modelPath));
  const pieces = readPieces(await readFile(tokenizerPath), config.vocab_size, basename(tokenizerPath));
  await mkdir(outDir, { recursive: true });
  const json = (name, value) => writeFile(join(outDir, name), JSON.stringify(value, null, 2) + '\n');
  await json('config.json', config);
  await json('generation_config.json', { bos_token_id: BEGIN, eos_token_id: END });
  await json('tokenizer.json', tokenizerJson(pieces));
  await json('tokenizer_config.json', {
    tokenizer_class: 'PreTrainedTokenizerFast', bos_token: '<s>', eos_token: '</s>', unk_token: '<unk>',
    model_max_length: config.max_position_embeddings, clean_up_tokenization_spaces: false,
  });
  await writeFile(join(outDir, 'model.safetensors'), safetensors(tensors));
  return config;
}

/** Reads a header of seven int32 numbers, then the tensors; a tensor of the file contains all layers. */
function readModel(file, name) {
  const headerBytes = HEADER_FIELDS.length * 4;
  if (file.length < headerBytes) throw new Error(`${name}: ${file.length} bytes, too short for a header of ${headerBytes}`);
  const header = Object.fromEntries(HEADER_FIELDS.map((field, i) => [field, file.readInt32LE(4 * i)]));
  const sharedClassifier = header.vocabSize > 0; // a negative size means that the classifier has its own weights
  header.vocabSize = Math.abs(header.vocabSize);
  for (const [field, value] of Object.entries(header)) {
    if (value <= 0 || value > 1 << 24) throw new Error(`${name}: header says ${field} = ${value}; this is no llama2.c float32 file`);
  }
  const { dim: C, hiddenDim: F, layers: L, heads: N, kvHeads: K, vocabSize: V, seqLen } = header;
  if (C % N || N % K || (C / N) % 2) throw new Error(`${name}: width ${C} does not divide into ${N} heads with ${K} key/value heads`);
  const H = C / N;

  let offset = headerBytes;
  const take = (rows, columns) => {
    const bytes = rows * columns * FLOAT_BYTES;
    if (offset + bytes > file.length) throw new Error(`${name}: ends at byte ${file.length}, its header asks for more`);
    const data = file.subarray(offset, offset + bytes);
    offset += bytes;
    return { shape: [rows, columns], data };
  };
  const takeLayers = (rows, columns) => Array.from({ length: L }, () => take(rows, columns));
  const vector = ({ data }) => ({ shape: [C], data });

  const embedding = take(V, C);
  const attentionNorm = takeLayers(1, C);
  const wq = takeLayers(N * H, C), wk = takeLayers(K * H, C), wv = takeLayers(K * H, C), wo = takeLayers(C, N * H);
  const feedForwardNorm = takeLayers(1, C);
  const w1 = takeLayers(F, C), w2 = takeLayers(C, F), w3 = takeLayers(F, C);
  const finalNorm = take(1, C);
  take(seqLen, H); // cosines and sines of the rotary angles, (seqLen, H / 2) each; every reader computes them itself
  const classifier = sharedClassifier ? undefined : take(V, C);
  if (offset !== file.length) throw new Error(`${name}: ${file.length} bytes, its header asks for ${offset}`);

  const tensors = new Map([['model.embed_tokens.weight', embedding]]);
  for (let layer = 0; layer < L; layer++) {
    const at = `model.layers.${layer}`;
    tensors.set(`${at}.input_layernorm.weight`, vector(attentionNorm[layer]));
    tensors.set(`${at}.self_attn.q_proj.weight`, halvesFromPairs(wq[layer], H));
    tensors.set(`${at}.self_attn.k_proj.weight`, halvesFromPairs(wk[layer], H));
    tensors.set(`${at}.self_attn.v_proj.weight`, wv[layer]);
    tensors.set(`${at}.self_attn.o_proj.weight`, wo[layer]);
    tensors.set(`${at}.post_attention_layernorm.weight`, vector(feedForwardNorm[layer]));
    tensors.set(`${at}.mlp.gate_proj.weight`, w1[layer]);
    tensors.set(`${at}.mlp.down_proj.weight`, w2[layer]);
    tensors.set(`${at}.mlp.up_proj.weight`, w3[layer]);
  }
  tensors.set('model.norm.weight', vector(finalNorm));
  if (classifier) tensors.set('lm_head.weight', classifier);

  const config = {
    architectures: ['LlamaForCausalLM'], model_type: 'llama',
    vocab_size: V, hidden_size: C, intermediate_size: F, num_hidden_layers: L, num_attention_heads: N,
    num_key_value_heads: K, head_dim: H, max_position_embeddings: seqLen, hidden_act: 'silu', rms_norm_eps: 1e-5,
    rope_parameters: { rope_type: 'default', rope_theta: 10000 }, attention_bias: false, mlp_bias: false,
    tie_word_embeddings: sharedClassifier, bos_token_id: BEGIN, eos_token_id: END, dtype: 'float32',
  };
  return { config, tensors };
}

/**
 * Reorders the rows of a query or key projection, (heads · H, C). llama2.c rotates the neighbours
 * 2i and 2i + 1 of a head together; transformers rotates i and i + H / 2. Scores stay the same.
 */
function halvesFromPairs({ shape: [rows, columns], data }, H) {
  const reordered = Buffer.alloc(data.length);
  const rowBytes = columns * FLOAT_BYTES;
  for (let row = 0; row < rows; row++) {
    const inHead = row % H;
    const source = row - inHead + (inHead < H / 2 ? 2 * inHead : 2 * (inHead - H / 2) + 1);
    data.copy(reordered, row * rowBytes, source * rowBytes, (source + 1) * rowBytes);
  }
  return { shape: [rows, columns], data: reordered };
}

/** Reads an int32 with the length of the longest piece, then for each token a float32 score, an int32 length and UTF-8. */
function readPieces(file, vocabSize, name) {
  const pieces = [];
  let offset = 4;
  for (let id = 0; id < vocabSize; id++) {
    if (offset + 8 > file.length) throw new Error(`${name}: ends after ${id} tokens, the model has ${vocabSize}`);
    const score = file.readFloatLE(offset), length = file.readInt32LE(offset + 4);
    offset += 8;
    if (length < 0 || offset + length > file.length) throw new Error(`${name}: token ${id} says it is ${length} bytes long`);
    pieces.push({ text: file.toString('utf8', offset, offset + length).replaceAll(' ', SPACE), score });
    offset += length;
  }
  if (offset !== file.length) throw new Error(`${name}: ${file.length} bytes, ${vocabSize} tokens take ${offset}`);
  // llama2.c stores these tokens with line breaks around them, for printing.
  ['<unk>', '<s>', '</s>'].forEach((text, id) => { pieces[id].text = text; });
  return pieces;
}

/** The tokenizer in the form of the `tokenizers` library: BPE on characters; a character without a piece becomes bytes. */
function tokenizerJson(pieces) {
  const special = (id) => ({
    id, content: pieces[id].text, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true,
  });
  const sequence = (kind, id) => ({ [kind]: { id, type_id: 0 } });
  return {
    version: '1.0', truncation: null, padding: null,
    added_tokens: [UNKNOWN, BEGIN, END].map(special),
    normalizer: { type: 'Sequence', normalizers: [
      { type: 'Prepend', prepend: SPACE }, { type: 'Replace', pattern: { String: ' ' }, content: SPACE }] },
    pre_tokenizer: null,
    post_processor: {
      type: 'TemplateProcessing',
      single: [sequence('SpecialToken', '<s>'), sequence('Sequence', 'A')],
      pair: [sequence('SpecialToken', '<s>'), sequence('Sequence', 'A'),
        { SpecialToken: { id: '<s>', type_id: 1 } }, { Sequence: { id: 'B', type_id: 1 } }],
      special_tokens: { '<s>': { id: '<s>', ids: [BEGIN], tokens: ['<s>'] } },
    },
    decoder: { type: 'Sequence', decoders: [
      { type: 'Replace', pattern: { String: SPACE }, content: ' ' }, { type: 'ByteFallback' }, { type: 'Fuse' },
      { type: 'Strip', content: ' ', start: 1, stop: 0 }] },
    model: {
      type: 'BPE', dropout: null, unk_token: '<unk>', continuing_subword_prefix: null, end_of_word_suffix: null,
      fuse_unk: true, byte_fallback: true, ignore_merges: false,
      vocab: Object.fromEntries(pieces.map(({ text }, id) => [text, id])),
      merges: mergesOf(pieces),
    },
  };
}

/**
 * SentencePiece's BPE joins the pair that gives the piece with the highest score. The equivalent list of merges has all
 * splits of each piece into two pieces, sorted by the score of the joined piece, highest first.
 */
function mergesOf(pieces) {
  const isByte = ({ text }) => /^<0x[0-9A-F]{2}>$/.test(text);
  const ids = new Map(pieces.map(({ text }, id) => [text, id]));
  const joinable = pieces.filter((piece, id) => id > END && !isByte(piece) && [...piece.text].length > 1);
  const scored = joinable.sort((a, b) => b.score - a.score); // stable: equal scores keep the order of ids
  return scored.flatMap(({ text }) => {
    const characters = [...text];
    return characters.slice(1)
      .map((_, i) => [characters.slice(0, i + 1).join(''), characters.slice(i + 1).join('')])
      .filter(([left, right]) => ids.has(left) && ids.has(right))
      .sort((a, b) => ids.get(a[0]) - ids.get(b[0]));
  });
}

/** The file in the safetensors format: a uint64 length of the header, the header in JSON padded to 8 bytes, the data. */
function safetensors(tensors) {
  const entries = { __metadata__: { format: 'pt' } };
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    entries[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.length] };
    offset += data.length;
  }
  const text = JSON.stringify(entries);
  const header = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8, ' '));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, ...[...tensors.values()].map(({ data }) => data)]);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [model, tokenizer, outDir] = process.argv.slice(2);
  if (!outDir) {
    console.error('usage: node convert-llama2c.mjs MODEL.bin TOKENIZER.bin OUT_DIR');
    process.exit(2);
  }
  const config = await convertLlama2c(model, tokenizer, outDir);
  console.log(`${outDir}: ${config.num_hidden_layers} layers, width ${config.hidden_size}, vocabulary ${config.vocab_size}`);
}
