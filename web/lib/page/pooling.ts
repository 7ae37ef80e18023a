/** One vector of a text's (Reimers & Gurevych 2019): what sentence-transformers' folders say of it, and its making. */

import { AttenscopeError } from '../errors.js'
import { ConfigReader } from '../families/config-reader.js'
import { kindOf } from '../formats/json.js'
import type { FolderReader } from '../sources/folder.js'
import { traceName } from '../trace/trace-name.js'
import type { ModelInfo, Pooling, PoolingMode, Tensor } from '../types/index.js'

/** What a folder without modules.json means. */
const defaultPooling: Pooling = { modes: ['mean'], normalize: false }

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
  let modes: readonly PoolingMode[] = defaultPooling.modes
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
  return modes.length > 0 ? modes : defaultPooling.modes
}

/** The trace of the states that are pooled: the last, after the final norm where there is one. */
export function statesName({ kind, family, L }: ModelInfo, names: readonly string[]): string {
  const name = ['final_norm', traceName({ layer: L - 1, site: 'residual' })].find((each) => names.includes(each))
  if (kind !== 'encoder-decoder' && name !== undefined) return name
  throw new AttenscopeError('unsupported', `embed needs a Transformer of one stack; '${family}' is of kind '${kind}'`)
}

/** From states (T, C): (C), or as many after one another as there are modes. `mask` is 0 where a token is padding. */
export function pool(
  { data, shape }: Tensor,
  mask: readonly number[] | undefined,
  { modes, normalize }: Pooling = defaultPooling
): Tensor {
  const [T = 0, C = 0] = shape
  const rows = Array.from({ length: T }, (_, t) => t).filter((t) => mask?.[t] !== 0)
  const vectors = modes.map((mode) => poolBy(mode, rows, (t, c) => data[t * C + c] ?? NaN, C))
  const pooled = Float32Array.from(vectors.flat())
  if (normalize) {
    // As PyTorch has it: a vector of zeros stays one.
    const length = Math.max(Math.hypot(...pooled), 1e-12)
    pooled.forEach((value, i) => (pooled[i] = value / length))
  }
  return { data: pooled, shape: [pooled.length] }
}

function poolBy(mode: PoolingMode, rows: readonly number[], at: (t: number, c: number) => number, C: number): number[] {
  const over = (weight: (place: number, t: number) => number, divisor: number) =>
    Array.from(
      { length: C },
      (_, c) => rows.reduce((sum, t, i) => sum + weight(i, t) * at(t, c), 0) / Math.max(divisor, 1e-9)
    )
  const one = (t: number) => Array.from({ length: C }, (_, c) => at(t, c))
  switch (mode) {
    case 'cls':
      return one(rows[0] ?? 0)
    case 'last':
      return one(rows.at(-1) ?? 0)
    case 'max':
      return Array.from({ length: C }, (_, c) => rows.reduce((most, t) => Math.max(most, at(t, c)), -Infinity))
    case 'mean':
      return over(() => 1, rows.length)
    case 'mean-sqrt-length':
      return over(() => 1, Math.sqrt(rows.length))
    case 'weighted-mean':
      // Later tokens weigh more: by their place, from 1 on.
      return over(
        (_, t) => t + 1,
        rows.reduce((sum, t) => sum + t + 1, 0)
      )
  }
}
