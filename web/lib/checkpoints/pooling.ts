/** Reads how a sentence-transformers folder makes one vector of a text (Reimers & Gurevych 2019). */

import { AttenscopeError } from '../errors.js'
import { ConfigReader } from '../families/config-reader.js'
import { kindOf } from '../formats/json.js'
import type { FolderReader } from '../sources/folder.js'
import type { Pooling, PoolingMode } from '../types/index.js'

/** The pooling of a folder whose modules.json names no module that pools. */
const defaultModes: readonly PoolingMode[] = ['mean']

const modesByField: readonly (readonly [string, PoolingMode])[] = [
  ['pooling_mode_cls_token', 'cls'],
  ['pooling_mode_max_tokens', 'max'],
  ['pooling_mode_mean_tokens', 'mean'],
  ['pooling_mode_mean_sqrt_len_tokens', 'mean-sqrt-length'],
  ['pooling_mode_weightedmean_tokens', 'weighted-mean'],
  ['pooling_mode_lasttoken', 'last']
]

/** Reads modules.json and what it names; a module that would change the vector is refused by its type. */
export async function readPooling(folder: FolderReader): Promise<Pooling | undefined> {
  const modules = await folder.readJsonList('modules.json')
  if (modules === undefined) return undefined
  let modes: readonly PoolingMode[] = defaultModes
  let normalize = false
  for (const entry of modules) {
    const { type, path } = (entry ?? {}) as { type?: unknown; path?: unknown }
    const name = typeof type === 'string' ? type.split('.').at(-1) : undefined
    if (name === 'Transformer') continue
    if (name === 'Normalize') {
      normalize = true
    } else if (name === 'Pooling' && typeof path === 'string') {
      modes = await readModes(folder, `${path}/config.json`)
    } else {
      throw new AttenscopeError(
        'unsupported',
        `modules.json: a module of type ${kindOf(type)}; supported: Transformer, Pooling, Normalize`
      )
    }
  }
  return { modes, normalize }
}

async function readModes(folder: FolderReader, file: string): Promise<readonly PoolingMode[]> {
  const config = await folder.readJson(file)
  if (!config) throw folder.missing(file)
  const reader = new ConfigReader(config, file)
  reader.accept('include_prompt', true)
  const mode = reader.values['pooling_mode']
  if (typeof mode === 'string') {
    const found = modesByField.find(([field]) => field.startsWith(`pooling_mode_${mode}`))
    if (found) return [found[1]]
    reader.accept('pooling_mode', ...modesByField.map(([, name]) => name))
  }
  const modes = modesByField.filter(([field]) => reader.flag(field, false)).map(([, name]) => name)
  return modes.length > 0 ? modes : defaultModes
}
