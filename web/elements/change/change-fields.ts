/** The kinds of change in the form, the fields of each kind, and the edits that the fields describe. */
import {
  editNormalizers,
  editPositions,
  squashNames,
  traceName,
  traceSiteOf,
  type Edit,
  type EditOp,
  type EditText,
  type Model,
  type Part,
  type Target,
  type TraceStage
} from 'attenscope'
import { change as words } from '../words/change.js'
import { steeringVector } from './steering.js'

export type ChangeKind = Exclude<keyof typeof words.kinds, 'label'>

/** The values of the form's fields, as text. The kind decides which fields are used. */
export interface ChangeFields {
  readonly kind: ChangeKind
  readonly part: Part
  /** '*' means every layer; for positions it means the whole model. */
  readonly layer: string
  /** '*' means all heads. */
  readonly head: string
  readonly query: string
  readonly key: string
  readonly number: string
  /** For a window: the number of tokens after the query. */
  readonly right: string
  readonly renormalise: boolean
  readonly choice: string
  readonly text: string
  /** For steering: the text whose mean is subtracted. */
  readonly other: string
  /** For a patch: the index of the token in the other text. */
  readonly from: string
  readonly step: string
}

export type FieldName = Exclude<keyof ChangeFields, 'kind'>

export const firstFields: ChangeFields = {
  ...{ kind: 'zero', part: 'decoder', layer: '0', head: '0', query: '0', key: '0' },
  ...{ number: '', right: '', renormalise: true, choice: '', text: '', other: '', from: '', step: '' }
}

function defaultFirst<T>(first: T, all: readonly T[]): readonly T[] {
  return [first, ...all.filter((each) => each !== first)]
}

/** The choices of each kind, the default first. */
export const CHOICES: Partial<Readonly<Record<ChangeKind, readonly string[]>>> = {
  normalizer: defaultFirst('sparsemax', editNormalizers),
  squash: defaultFirst('tanh', squashNames),
  positions: defaultFirst('none', editPositions),
  patch: ['head_output', 'pattern', 'residual'],
  steer: ['texts', 'vector']
}

const PLACE = ['part', 'layer', 'head'] as const

const FIELDS: Readonly<Record<ChangeKind, readonly FieldName[]>> = {
  zero: [...PLACE, 'step'],
  mean: [...PLACE, 'step', 'text'],
  scale: [...PLACE, 'number', 'step'],
  score: [...PLACE, 'query', 'key', 'number'],
  weight: [...PLACE, 'query', 'key', 'number', 'renormalise'],
  mask: [...PLACE, 'key', 'step'],
  temperature: [...PLACE, 'number', 'step'],
  normalizer: [...PLACE, 'choice', 'step'],
  squash: [...PLACE, 'choice', 'step'],
  window: [...PLACE, 'number', 'right', 'step'],
  positions: ['part', 'layer', 'choice'],
  patch: ['choice', ...PLACE, 'query', 'from', 'text'],
  steer: ['part', 'layer', 'query', 'choice', 'number', 'text', 'other'],
  json: ['text']
}

/** The fields to show for the current choices, in order. */
export function fieldsFor(fields: ChangeFields, { info }: Model): readonly FieldName[] {
  const { kind, part, choice, query } = fields
  const size = info.parts[part]
  const isOwn = info.kind === 'classifier' || part === 'encoder'
  const left = new Set<FieldName>()
  if (Object.values(info.parts).filter(({ layers }) => layers.length > 0).length < 2) left.add('part')
  if (size?.N === 1 || (kind === 'patch' && choice === 'residual')) left.add('head')
  if (size?.learnedQuery) left.add('query')
  // An encoder runs once, before the first step, so its edits have no step.
  if (isOwn) left.add('step')
  if (part === 'decoder') left.add('right')
  if (kind === 'patch' && query === '*') left.add('from')
  if (kind === 'steer' && choice === 'vector') left.add('other')
  return FIELDS[kind].filter((name) => !left.has(name))
}

/** The kinds that a model supports. */
export function kindsFor({ info }: Model): readonly ChangeKind[] {
  const missing: readonly ChangeKind[] =
    info.F === 0 ? ['positions', 'window', 'patch', 'steer', 'squash', 'score'] : []
  return (Object.keys(FIELDS) as ChangeKind[]).filter((kind) => !missing.includes(kind))
}

/**
 * The edits that the fields describe. `target` is the target of an encoder–decoder for the other text. Throws a
 * SyntaxError for invalid JSON.
 */
export async function editsOf(fields: ChangeFields, model: Model, target?: Target): Promise<Edit[]> {
  const { info } = model
  const { kind, part, layer, head, query, key, renormalise, text } = fields
  const shown = fieldsFor(fields, model)
  const { site: attention, ...stack } = traceSiteOf(info, part)
  const place = { ...stack, site: attention, layer: layer === '*' ? '*' : Number(layer) } as const
  const at = (stage?: TraceStage) => traceName({ ...place, ...(stage && { stage }) })
  const residual = traceName({ ...place, site: 'residual' })
  const step = shown.includes('step') && fields.step !== '' ? { step: Number(fields.step) } : {}
  const only = head === '*' || !shown.includes('head') ? {} : { head: Number(head) }
  const value = Number(fields.number)
  const choice = fields.choice || (CHOICES[kind]?.[0] ?? '')
  const row = query === '*' || !shown.includes('query') ? {} : { query: Number(query) }
  const one = (edit: Omit<Edit, 'at'>, name = at()): Edit[] => [{ at: name, ...only, ...edit, ...step }]
  const set = (settings: NonNullable<Edit['set']>): Edit[] => one({ set: settings })
  switch (kind) {
    case 'zero':
      return one({ op: kind satisfies EditOp }, at('head_output'))
    case 'mean': {
      const texts: EditText[] = linesOf(text).map((input) => (target === undefined ? input : { input, target }))
      return one({ op: 'mean', ...(texts.length > 0 && { from: texts }) }, at('head_output'))
    }
    case 'scale':
      return one({ op: 'scale', value }, at('head_output'))
    case 'score':
      return one({ ...row, ...keyOf(key), op: 'add', value }, at('scaled'))
    case 'weight': {
      const where = { ...row, ...keyOf(key) }
      const weight = one({ ...where, op: 'set', value }, at('pattern'))
      return renormalise ? [...weight, ...one({ ...where, op: 'renormalise' }, at('pattern'))] : weight
    }
    case 'mask':
      return set({ mask: [Number(key)] })
    case 'temperature':
      return set({ temperature: value })
    case 'normalizer':
      return set({ normalizer: choice as 'sparsemax' })
    case 'squash':
      return set({ squash: choice as 'tanh' })
    case 'window': {
      const reach = (side: string) => (side === '' ? undefined : Number(side))
      const [left, right] = [reach(fields.number), shown.includes('right') ? reach(fields.right) : undefined]
      return set({ window: { ...(left !== undefined && { left }), ...(right !== undefined && { right }) } })
    }
    case 'positions': {
      const positions = { kind: choice as 'none' }
      return layer === '*'
        ? [{ at: traceName({ ...stack, site: 'positions' }), set: positions }]
        : [{ at: at(), set: { positions } }]
    }
    case 'patch': {
      const own = shown.includes('from') && fields.from !== '' ? { query: Number(fields.from) } : {}
      const from = { input: text, ...(target !== undefined && { target }), ...own }
      const patch = { ...row, op: 'patch', from } as const
      return choice === 'residual' ? [{ at: residual, ...patch }] : one(patch, at(choice as TraceStage))
    }
    case 'steer': {
      const vector =
        choice === 'vector' ? numbersOf(text) : await steeringVector(model, { ...fields, at: residual, target })
      return [{ at: residual, ...row, op: 'add', value: vector.map((each) => Number((each * value).toPrecision(4))) }]
    }
    case 'json': {
      const edits: unknown = JSON.parse(text)
      return (Array.isArray(edits) ? edits : [edits]) as Edit[]
    }
  }
}

function keyOf(key: string): Pick<Edit, 'key'> {
  return key === '*' ? {} : { key: Number(key) }
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '')
}

/** Parses numbers with any separators. Other text becomes NaN, which the check of edits refuses by its index. */
function numbersOf(text: string): number[] {
  const pieces = text.replace(/[[\]]/g, ' ').split(/[\s,;]+/)
  return pieces.filter((piece) => piece !== '').map(Number)
}
