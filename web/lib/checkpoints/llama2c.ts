/**
 * A checkpoint in a llama2.c .bin file: float32 (versions 0 and 1) or 8 bits in groups (version 2), as run.c and runq.c
 * of karpathy/llama2.c read it.
 */

import { AttenscopeError } from '../errors.js'
import { familyOf } from '../families/index.js'
import type { ByteReader } from '../formats/byte-reader.js'
import { readLlama2cHeader, type Llama2cHeader } from '../formats/llama2c.js'
import { readTensor, stageBytes, type TensorEntry, type TensorTarget } from '../formats/tensors.js'
import type { JsonObject } from '../formats/json.js'
import type { FolderReader } from '../sources/folder.js'
import { readLlama2cTokenizer } from '../tokenizer/from-llama2c.js'
import type { Checkpoint } from './checkpoint.js'

/** Opens a llama2.c file of the folder. Throws 'bad-model' for a broken file and 'unsupported' for an unknown version. */
export async function openLlama2c(folder: FolderReader, file: string): Promise<Checkpoint> {
  const header = await folder.read(file, (reader, size) => readLlama2cHeader(reader, file, size))
  if (!header) throw folder.missing(file)
  const config = configOf(header)
  const family = familyOf(config)
  const names = new Set(header.tensors.map(({ name }) => name))
  return {
    config,
    family,
    quantization: undefined,
    generationConfig: { bos_token_id: 1, eos_token_id: [1, 2] },
    plan: (tensorNames) => {
      const plan = family.plan(config, tensorNames)
      // The table of rotary angles follows from the sizes.
      return { ...plan, mayIgnore: (name) => name === 'freq_cis' || plan.mayIgnore(name) }
    },
    readTokenizers: async () => {
      const tokenizer = await readLlama2cTokenizer(folder, header.sizes.vocabulary)
      return tokenizer && { source: tokenizer }
    },
    readTensorList: async () => header.tensors.map((tensor) => ({ tensor, file })),
    async readWeights(createSink) {
      await folder.read(
        file,
        async (reader, size) => {
          await readLlama2cHeader(reader, file, size)
          const sink = createSink(names)
          for (const tensor of header.tensors) {
            if (tensor.dtype === 'Q8') {
              const target = sink.begin({ ...tensor, dtype: 'F32', end: tensor.begin + 4 * numbersOf(tensor) }, file)
              await readGroups(reader, tensor, file, target, header.groupSize)
            } else {
              await readTensor(reader, tensor, file, sink.begin(tensor, file))
            }
          }
          if (!(await reader.atEnd())) {
            throw new AttenscopeError(
              'bad-model',
              `${file}: the file has more bytes after its last tensor, which ends at byte ${reader.position}`
            )
          }
        },
        (size) => size
      )
    }
  }
}

function configOf({ sizes, tied }: Llama2cHeader): JsonObject {
  return {
    model_type: 'llama',
    architectures: ['LlamaForCausalLM'],
    hidden_act: 'silu',
    hidden_size: sizes.width,
    num_hidden_layers: sizes.layers,
    num_attention_heads: sizes.heads,
    num_key_value_heads: sizes.keyValueHeads,
    head_dim: sizes.width / sizes.heads,
    intermediate_size: sizes.feedForwardWidth,
    max_position_embeddings: sizes.context,
    rms_norm_eps: 1e-5,
    rope_theta: 10_000,
    vocab_size: sizes.vocabulary,
    tie_word_embeddings: tied,
    bos_token_id: 1,
    eos_token_id: 2
  }
}

/**
 * Reads a matrix of version 2: its 8-bit numbers, then one float32 scale per group. Groups run across row ends. Rows are
 * widened to float32 as they are staged.
 */
async function readGroups(
  reader: ByteReader,
  tensor: TensorEntry,
  file: string,
  target: TensorTarget | undefined,
  groupSize: number
): Promise<void> {
  if (!target) return readTensor(reader, tensor, file, target)
  const count = numbersOf(tensor)
  const stored = new Uint8Array(tensor.end - tensor.begin)
  // Read as one block of bytes: the scales belong to no row.
  const { name, dtype, begin, end } = tensor
  const whole = { rowsAtOnce: 1, stage: () => stored, take: () => {} }
  await readTensor(reader, { name, dtype, begin, end, shape: [1] }, file, whole)
  const numbers = new Int8Array(stored.buffer, 0, count)
  const scales = new DataView(stored.buffer, count)
  const [rows = 1, columns = 1] = tensor.shape
  // Rows that rotary positions rotate together are neighbours in the file. The engine has them half a head apart.
  const H = tensor.pairedHeadWidth
  const rowInFile = (row: number) => {
    if (H === undefined) return row
    const within = row % H
    return row - within + (within < H / 2 ? 2 * within : 2 * within - H + 1)
  }
  const rowsAtOnce = Math.max(1, Math.floor(stageBytes / (columns * 4)))
  for (let first = 0; first < rows; first += rowsAtOnce) {
    const many = Math.min(rowsAtOnce, rows - first)
    const staged = target.stage(many * columns * 4)
    const floats = new DataView(staged.buffer, staged.byteOffset)
    for (let row = 0; row < many; ++row) {
      const from = rowInFile(first + row) * columns
      for (let column = 0; column < columns; ++column) {
        const scale = scales.getFloat32(Math.floor((from + column) / groupSize) * 4, true)
        floats.setFloat32((row * columns + column) * 4, (numbers[from + column] ?? 0) * scale, true)
      }
    }
    target.take(first, many)
  }
}

function numbersOf({ shape }: TensorEntry): number {
  return shape.reduce((product, size) => product * size, 1)
}
