/** Reads the weights of a folder: one model.safetensors, or the shards that model.safetensors.index.json lists. */

import { AttenscopeError } from '../errors.js'
import type { FolderReader } from '../sources/folder.js'
import type { ByteReader } from './byte-reader.js'
import { isJsonObject, kindOf } from './json.js'
import { readSafetensorsHeader, type SafetensorsDtype, type SafetensorsHeader } from './safetensors.js'
import { readTensor, type ListedTensor, type TensorEntry, type WeightSink } from './tensors.js'

const singleFile = 'model.safetensors'
const indexFile = 'model.safetensors.index.json'

/** Starts the request for model.safetensors, the file that most folders have. */
export function beginWeights(folder: FolderReader): void {
  folder.begin(singleFile)
}

/** Streams every tensor of the folder into the sink. The sink is created when the names of all tensors are known. */
export async function readWeights(
  folder: FolderReader,
  createSink: (tensorNames: ReadonlySet<string>) => WeightSink<SafetensorsDtype>
): Promise<void> {
  const wasSingle = await folder.read(
    singleFile,
    async (reader, size) => {
      const header = await readSafetensorsHeader(reader, singleFile, size)
      await readTensors(reader, header, singleFile, createSink(namesOf(header.tensors)))
      return true
    },
    (size) => size
  )
  if (wasSingle) return

  const index = await readIndex(folder)
  const sink = createSink(new Set(index.fileOfTensor.keys()))
  let remaining = index.totalBytes
  for (const file of index.files) {
    await readShard(
      folder,
      index,
      file,
      (reader, header) => readTensors(reader, header, file, sink),
      (size) => {
        const now = remaining
        if (remaining !== undefined) remaining -= size ?? 0
        return now
      }
    )
  }
}

/** Lists every tensor of the folder without reading the tensors' bytes. */
export async function readTensorList(folder: FolderReader): Promise<ListedTensor[]> {
  const inFile = (file: string) => (tensor: TensorEntry) => ({ tensor, file })
  const single = await folder.read(singleFile, (reader, size) => readSafetensorsHeader(reader, singleFile, size))
  if (single) return single.tensors.map(inFile(singleFile))

  const index = await readIndex(folder)
  const list: ListedTensor[] = []
  for (const file of index.files) {
    await readShard(folder, index, file, async (_, header) => list.push(...header.tensors.map(inFile(file))))
  }
  return list
}

async function readTensors(
  reader: ByteReader,
  header: SafetensorsHeader,
  file: string,
  sink: WeightSink<SafetensorsDtype>
): Promise<void> {
  for (const tensor of header.tensors) {
    await readTensor(reader, tensor, file, sink.begin(tensor, file))
  }
  if (!(await reader.atEnd())) {
    throw new AttenscopeError(
      'bad-model',
      `${file}: the file has more bytes after its last tensor, which ends at byte ${reader.position}`
    )
  }
}

interface ShardIndex {
  readonly fileOfTensor: ReadonlyMap<string, string>
  readonly files: readonly string[]
  readonly totalBytes: number | undefined
}

async function readIndex(folder: FolderReader): Promise<ShardIndex> {
  const index = await folder.readJson(indexFile)
  if (!index) throw new AttenscopeError('bad-model', `${folder.name}: there is neither ${singleFile} nor ${indexFile}`)
  const weightMap = index['weight_map']
  if (!isJsonObject(weightMap))
    throw new AttenscopeError('bad-model', `${indexFile}: weight_map is ${kindOf(weightMap)}, expected an object`)

  const fileOfTensor = new Map<string, string>()
  for (const [tensor, file] of Object.entries(weightMap)) {
    // Plain names only: an index must not name files outside its folder.
    if (typeof file !== 'string' || !/^[\w.-]+\.safetensors$/.test(file)) {
      throw new AttenscopeError(
        'bad-model',
        `${indexFile}: tensor '${tensor}' is in ${kindOf(file)}, expected a plain file name`
      )
    }
    fileOfTensor.set(tensor, file)
  }
  const metadata = index['metadata']
  const totalBytes = isJsonObject(metadata) ? metadata['total_size'] : undefined
  return {
    fileOfTensor,
    files: [...new Set(fileOfTensor.values())].sort(),
    totalBytes: typeof totalBytes === 'number' ? totalBytes : undefined
  }
}

async function readShard(
  folder: FolderReader,
  index: ShardIndex,
  file: string,
  read: (reader: ByteReader, header: SafetensorsHeader) => Promise<unknown>,
  remainingBytes?: (size: number | undefined) => number | undefined
): Promise<void> {
  const wasThere = await folder.read(
    file,
    async (reader, size) => {
      const header = await readSafetensorsHeader(reader, file, size)
      checkAgainstIndex(header, index, file)
      await read(reader, header)
      return true
    },
    remainingBytes
  )
  if (!wasThere) throw new AttenscopeError('bad-model', `${folder.name}: there is no ${file}, which ${indexFile} names`)
}

function checkAgainstIndex(header: SafetensorsHeader, index: ShardIndex, file: string): void {
  const found = namesOf(header.tensors)
  for (const [tensor, itsFile] of index.fileOfTensor) {
    if (itsFile === file && !found.has(tensor)) {
      throw new AttenscopeError(
        'bad-model',
        `${file}: tensor '${tensor}' is missing, but ${indexFile} lists it in this file`
      )
    }
  }
  for (const tensor of found) {
    if (index.fileOfTensor.get(tensor) !== file) {
      throw new AttenscopeError(
        'bad-model',
        `${file}: tensor '${tensor}' is in this file, but ${indexFile} does not list it here`
      )
    }
  }
}

function namesOf(tensors: readonly TensorEntry[]): ReadonlySet<string> {
  return new Set(tensors.map((tensor) => tensor.name))
}
