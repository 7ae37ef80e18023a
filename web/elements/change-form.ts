/** The form that makes an edit: a kind of change, and what it takes. */
import type { Edit, EditOp, Model, Part } from 'attenscope'
import { html, type TemplateResult } from 'lit'
import { changeWords as words } from './change-words.js'
import type { EditTokens } from './edit-words.js'
import { labelText } from './token-text.js'
import { words as allWords } from './words.js'

export type ChangeKind = Exclude<keyof typeof words.kinds, 'label'>

/** What the fields hold; which of them count, the kind says. */
export interface ChangeFields {
  readonly kind: ChangeKind
  readonly part: Part
  /** '*': every layer. */
  readonly layer: string
  /** '*': all. */
  readonly head: string
  readonly query: string
  readonly key: string
  readonly number: string
  readonly renormalise: boolean
  readonly choice: string
  readonly text: string
}

export const firstFields: ChangeFields = {
  ...{ kind: 'zero', part: 'decoder', layer: '0', head: '0', query: '0', key: '0' },
  ...{ number: '', renormalise: true, choice: '', text: '' }
}

const NORMALIZERS = ['sparsemax', 'entmax15', 'hard', 'sigmoid', 'tanh', 'none', 'softmax']
const POSITIONS = ['none', 'alibi', 'rotary', 'sinusoidal', 'powers-of-two']
const PATCHES = ['head_output', 'pattern', 'residual'] as const
const patchWords = {
  head_output: words.fields.headOutput,
  pattern: words.fields.pattern,
  residual: words.fields.residual
}

/** The fields that a kind has, in their order. */
const FIELDS: Readonly<Record<ChangeKind, readonly (keyof ChangeFields)[]>> = {
  zero: ['part', 'layer', 'head'],
  mean: ['part', 'layer', 'head'],
  scale: ['part', 'layer', 'head', 'number'],
  weight: ['part', 'layer', 'head', 'query', 'key', 'number', 'renormalise'],
  mask: ['part', 'layer', 'head', 'key'],
  temperature: ['part', 'layer', 'head', 'number'],
  normalizer: ['part', 'layer', 'head', 'choice'],
  squash: ['part', 'layer', 'head'],
  window: ['part', 'layer', 'head', 'number'],
  positions: ['choice'],
  patch: ['choice', 'part', 'layer', 'head', 'query', 'text'],
  json: ['text']
}

/** The kinds that a model has a place for. */
export function kindsFor({ info }: Model): readonly ChangeKind[] {
  const kinds = Object.keys(FIELDS) as ChangeKind[]
  const isRecurrent = info.F === 0
  return kinds.filter((kind) => !isRecurrent || (kind !== 'positions' && kind !== 'window' && kind !== 'patch'))
}

/** The edits that the fields mean. Throws a SyntaxError for what is no JSON. */
export function editsOf(fields: ChangeFields, { info }: Model): Edit[] {
  const { kind, part, layer, head, query, key, renormalise, choice, text } = fields
  const stack = info.kind !== 'encoder-decoder' ? '' : part === 'encoder' ? 'encoder.' : 'decoder.'
  const block = `${stack}blocks.${layer}`
  const at = `${block}.${part === 'cross' ? 'cross' : 'attn'}`
  const place = head === '*' ? {} : { head: Number(head) }
  const value = Number(fields.number)
  const one = (edit: Omit<Edit, 'at'>, name = at): Edit[] => [{ at: name, ...place, ...edit }]
  switch (kind) {
    case 'zero':
    case 'mean':
      return one({ op: kind satisfies EditOp }, `${at}.head_output`)
    case 'scale':
      return one({ op: 'scale', value }, `${at}.head_output`)
    case 'weight': {
      const where = { ...(query !== '*' && { query: Number(query) }), ...(key !== '*' && { key: Number(key) }) }
      const set = one({ ...where, op: 'set', value }, `${at}.pattern`)
      return renormalise ? [...set, ...one({ ...where, op: 'renormalise' }, `${at}.pattern`)] : set
    }
    case 'mask':
      return one({ set: { mask: [Number(key)] } })
    case 'temperature':
      return one({ set: { temperature: value } })
    case 'normalizer':
      return one({ set: { normalizer: (choice || 'sparsemax') as 'sparsemax' } })
    case 'squash':
      return one({ set: { squash: 'tanh' } })
    case 'window':
      return one({ set: { window: { left: value } } })
    case 'positions':
      return [{ at: 'positions', set: { kind: (choice || 'none') as 'none' } }]
    case 'patch': {
      const what = choice || 'head_output'
      const where = query === '*' ? {} : { query: Number(query) }
      const from = { ...where, op: 'patch', from: { input: text } } as const
      return what === 'residual' ? [{ at: `${block}.residual`, ...from }] : one(from, `${at}.${what}`)
    }
    case 'json': {
      const edits: unknown = JSON.parse(text)
      return (Array.isArray(edits) ? edits : [edits]) as Edit[]
    }
  }
}

interface FormHandlers {
  readonly onChange: (change: Partial<ChangeFields>) => void
  readonly onAdd: () => void
}

export function changeForm(
  fields: ChangeFields,
  model: Model,
  tokens: EditTokens,
  { onChange, onAdd }: FormHandlers
): TemplateResult {
  const { info } = model
  const parts = (Object.keys(info.parts) as Part[]).filter((part) => (info.parts[part]?.layers.length ?? 0) > 0)
  const size = info.parts[fields.part]
  const select = (name: keyof ChangeFields, label: string, options: readonly (readonly [string, string])[]) =>
    html`<label class="setting"
      >${label}
      <select @change=${(event: Event) => onChange({ [name]: (event.target as HTMLSelectElement).value })}>
        ${options.map(([value, said]) => html`<option value=${value} ?selected=${String(fields[name]) === value}>${said}</option>`)}
      </select></label
    >`
  const numbers = (list: readonly number[]) => list.map((each) => [String(each), String(each)] as const)
  const tokensOf = (list: EditTokens['keys']) =>
    list.map((_, at) => [String(at), `${at} ${labelText(list, at)}`] as const)
  const all = [['*', words.fields.all]] as const
  const controls: Record<string, () => TemplateResult | ''> = {
    part: () =>
      parts.length < 2
        ? ''
        : select(
            'part',
            words.fields.part,
            parts.map((part) => [part, allWords.parts.names[part]] as const)
          ),
    layer: () => select('layer', words.fields.layer, [...numbers(size?.layers ?? []), ['*', words.fields.every]]),
    head: () =>
      size?.N === 1 || (fields.kind === 'patch' && fields.choice === 'residual')
        ? ''
        : select('head', words.fields.head, [...numbers(Array.from({ length: size?.N ?? 0 }, (_, n) => n)), ...all]),
    query: () => (size?.learnedQuery ? '' : select('query', words.fields.query, [...tokensOf(tokens.queries), ...all])),
    key: () => select('key', fields.kind === 'mask' ? words.fields.token : words.fields.key, tokensOf(tokens.keys)),
    number: () =>
      html`<label class="setting"
        >${numberLabel(fields.kind)}
        <input
          type="number"
          step="any"
          required
          title=${fields.kind === 'temperature' ? words.fields.whatTemperature : ''}
          .value=${fields.number}
          @input=${(event: Event) => onChange({ number: (event.target as HTMLInputElement).value })}
      /></label>`,
    renormalise: () =>
      html`<label class="setting"
        ><input
          type="checkbox"
          .checked=${fields.renormalise}
          @change=${(event: Event) => onChange({ renormalise: (event.target as HTMLInputElement).checked })}
        />
        ${words.fields.renormalise}</label
      >`,
    choice: () =>
      fields.kind === 'patch'
        ? select(
            'choice',
            words.fields.what,
            PATCHES.map((each) => [each, patchWords[each]] as const)
          )
        : fields.kind === 'normalizer'
          ? select(
              'choice',
              words.fields.normalizer,
              NORMALIZERS.map((each) => [each, each] as const)
            )
          : select(
              'choice',
              words.fields.kind,
              POSITIONS.map((each) => [each, each] as const)
            ),
    text: () =>
      html`<label class="setting wide"
        >${fields.kind === 'json' ? words.fields.json : words.fields.text}
        <input
          type="text"
          required
          spellcheck="false"
          .value=${fields.text}
          @input=${(event: Event) => onChange({ text: (event.target as HTMLInputElement).value })}
      /></label>`
  }
  const submit = (event: Event): void => {
    event.preventDefault()
    onAdd()
  }
  return html`<form class="make" @submit=${submit}>
    <div class="row">
      ${select(
        'kind',
        words.kinds.label,
        kindsFor(model).map((kind) => [kind, words.kinds[kind]] as const)
      )}
      ${FIELDS[fields.kind].map((name) => controls[name]?.() ?? '')}
      <button class="primary">${words.edits.add}</button>
    </div>
  </form>`
}

function numberLabel(kind: ChangeKind): string {
  if (kind === 'temperature') return words.fields.temperature
  if (kind === 'window') return words.fields.left
  return kind === 'scale' ? words.fields.factor : words.fields.value
}
