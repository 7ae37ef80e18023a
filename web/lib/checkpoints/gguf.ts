/** A checkpoint in one GGUF file: its metadata becomes a Hugging Face config and tokenizer. */

import { AttenscopeError } from '../errors.js'
import { familyOf } from '../families/index.js'
import { readGgufHeader, type GgufHeader } from '../formats/gguf.js'
import type { JsonObject } from '../formats/json.js'
import { readTensor, type TensorEntry } from '../formats/tensors.js'
import type { FolderReader } from '../sources/folder.js'
import { createChatTemplate } from '../tokenizer/chat-template.js'
import { ggufTokenizer } from '../tokenizer/from-gguf.js'
import { Tokenizer } from '../tokenizer/tokenizer.js'
import type { Checkpoint } from './checkpoint.js'
import { checkKeys, ggufArchitectures, ggufName, huggingFaceName, type GgufArchitecture } from './gguf-architectures.js'
import { GgufMetadata } from './gguf-metadata.js'

/**
 * Opens a GGUF file of the folder. Throws 'bad-model' for a broken file and 'unsupported' for an unknown architecture or
 * key.
 */
export async function openGguf(folder: FolderReader, file: string): Promise<Checkpoint> {
  const header = await folder.read(file, (reader, size) => readGgufHeader(reader, file, size))
  if (!header) throw folder.missing(file)
  const names = new Set(header.tensors.map(({ name }) => name))
  const metadata = new GgufMetadata(header.metadata, file)
  const { architecture, headWidth, config } = describe(metadata, header.tensors)
  const family = familyOf(config)
  const tensors = header.tensors.map((tensor) => (architecture.inPairs ? inPairs(tensor, headWidth) : tensor))
  const toHuggingFace = (name: string) => huggingFaceName(architecture, name)
  return {
    config,
    family,
    quantization: undefined,
    generationConfig: {
      bos_token_id: metadata.get('tokenizer.ggml.bos_token_id'),
      eos_token_id: metadata.get('tokenizer.ggml.eos_token_id')
    },
    plan(tensorNames) {
      const plan = family.plan(config, new Set([...tensorNames].map(toHuggingFace)))
      const { storedLayout } = architecture
      return {
        ...plan,
        ...(storedLayout !== undefined && {
          storedLayout: (parameter, shape) =>
            storedLayout && 'transformer' in plan.engine
              ? storedLayout(parameter, shape, plan.engine.transformer)
              : undefined
        }),
        tensorName: (parameter) => ggufName(architecture, plan.tensorName(parameter)),
        mayIgnore: (name) => toHuggingFace(name) !== name && plan.mayIgnore(toHuggingFace(name))
      }
    },
    readTokenizers: async () => {
      const tokenizer = ggufTokenizer(metadata, file)
      if (!tokenizer) return undefined
      const { config: settings, chatTemplate } = tokenizer
      return {
        source: new Tokenizer(tokenizer.tokenizer, settings, file),
        openChat: async () => (chatTemplate === undefined ? undefined : createChatTemplate(chatTemplate, settings))
      }
    },
    readTensorList: async () => tensors.map((tensor) => ({ tensor, file })),
    async readWeights(createSink) {
      await folder.read(
        file,
        async (reader, size) => {
          checkSame(header, await readGgufHeader(reader, file, size), file)
          const sink = createSink(names)
          let at = 0
          for (const tensor of tensors) {
            await reader.skip(tensor.begin - at)
            await readTensor(reader, tensor, file, sink.begin(tensor, file))
            at = tensor.end
          }
        },
        (size) => size
      )
    }
  }
}

/** The facts that the metadata gives before any tensor is read. */
interface Described {
  readonly architecture: GgufArchitecture
  readonly headWidth: number
  readonly config: JsonObject
}

/** Turns the metadata into the config that transformers writes for the same model. Refuses unknown keys. */
function describe(metadata: GgufMetadata, tensors: readonly TensorEntry[]): Described {
  const name = metadata.text('general.architecture')
  const architecture =
    name !== undefined && Object.hasOwn(ggufArchitectures, name) ? ggufArchitectures[name] : undefined
  if (name === undefined || !architecture) {
    throw metadata.unsupported('general.architecture', ...Object.keys(ggufArchitectures))
  }
  checkKeys(metadata, name, architecture)
  metadata.accept(`${name}.expert_count`, 0)
  metadata.accept(`${name}.expert_used_count`, 0)
  metadata.accept(`${name}.attention.causal`, true)
  metadata.accept(`${name}.rope.scaling.type`, 'none')
  const get = (key: string) => metadata.get(`${name}.${key}`)
  const [width, heads] = [get('embedding_length'), get('attention.head_count')]
  const headWidth =
    get('attention.key_length') ?? (typeof width === 'number' && typeof heads === 'number' ? width / heads : 0)
  if (typeof headWidth !== 'number' || !Number.isInteger(headWidth) || headWidth < 2 || headWidth % 2 !== 0) {
    const key = get('attention.key_length') === undefined ? 'head_count' : 'key_length'
    throw metadata.bad(`${name}.attention.${key}`, 'an even head width of 2 or more')
  }
  metadata.accept(`${name}.attention.value_length`, headWidth)
  if (!architecture.rotatesPart) metadata.accept(`${name}.rope.dimension_count`, headWidth)
  const find = (tensor: string) => tensors.find((each) => each.name === tensor)
  const sizes = { width: Number(width), heads: Number(heads), headWidth, layers: get('block_count') }
  return {
    architecture,
    headWidth,
    config: {
      ...architecture.config({ ...sizes, get, has: (tensor) => find(tensor) !== undefined }),
      model_type: architecture.modelType,
      architectures: [architecture.writes],
      vocab_size: find('token_embd.weight')?.shape[0] ?? get('vocab_size'),
      bos_token_id: metadata.get('tokenizer.ggml.bos_token_id'),
      eos_token_id: metadata.get('tokenizer.ggml.eos_token_id')
    }
  }
}

/** Marks query and key projections: in GGUF's Llamas the rows that rotary positions rotate together are neighbours. */
function inPairs(tensor: TensorEntry, headWidth: number): TensorEntry {
  const rows = tensor.shape[0] ?? 0
  const isRotated = /^blk\.\d+\.attn_[qk]\.(weight|bias)$/.test(tensor.name) && rows % headWidth === 0
  return isRotated ? { ...tensor, pairedHeadWidth: headWidth } : tensor
}

/** The file is opened twice, for its header and for its weights: the header must be the same both times. */
function checkSame(before: GgufHeader, now: GgufHeader, file: string): void {
  const whole = ({ dataStart, tensors }: GgufHeader) => JSON.stringify([dataStart, tensors])
  if (whole(before) !== whole(now))
    throw new AttenscopeError('bad-model', `${file}: the file changed while it was read; load it again`)
}
