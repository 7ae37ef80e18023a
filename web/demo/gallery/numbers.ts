/** The states of the views of numbers: made-up traces, patterns alone, a model of their own. */
import type { Trace } from 'attenscope'
import { selectionFor, type ColorScale, type TokenRef } from 'attenscope/elements'
import { madeUpPatterns } from './data.js'
import { gallerySection } from './section.js'
import { ARABIC, CHINESE, OWN_MODEL, STORY, WHOLE } from './texts.js'
import { madeUpTrace } from './trace.js'

const TAGS = [
  'attn-steps',
  'attn-neurons',
  'attn-lens',
  'attn-next',
  'attn-cache',
  'attn-plane',
  'attn-summary'
] as const
const SHORT = 'Lily had a cat. The cat saw a red cat'

interface NumberState {
  readonly id: string
  readonly title: string
  readonly trace?: Trace | ReturnType<typeof madeUpPatterns>
  readonly locked?: TokenRef
  readonly model?: string
  readonly theme?: 'dark'
}

/** An answer that never comes. */
const never = new Promise<never>(() => {})

function slow(trace: Trace): Trace {
  const waiting = Object.create(trace) as Trace
  return Object.assign(waiting, {
    whole: () => waiting,
    ...Object.fromEntries(['compute', 'lens', 'heads', 'plane', 'directLogits'].map((call) => [call, () => never]))
  })
}

function broken(trace: Trace): Trace {
  const fails = Object.create(trace) as Trace
  const fail = () => Promise.reject(new Error('the engine stopped'))
  return Object.assign(fails, {
    whole: () => fails,
    ...Object.fromEntries(['compute', 'lens', 'heads', 'plane', 'directLogits'].map((call) => [call, fail]))
  })
}

const STATES: readonly NumberState[] = [
  { id: 'numbers', title: 'A head in numbers', trace: madeUpTrace(SHORT), locked: { query: 6 } },
  { id: 'numbers-pair', title: 'A query and a key held', trace: madeUpTrace(SHORT), locked: { query: 9, key: 4 } },
  { id: 'numbers-one', title: 'One token', trace: madeUpTrace('') },
  { id: 'numbers-long', title: 'A long text', trace: madeUpTrace(`${STORY} ${STORY}`, { layers: 2, heads: 2 }) },
  {
    id: 'numbers-chinese',
    title: 'Chinese, and an emoji',
    trace: madeUpTrace(CHINESE, { pieces: WHOLE }),
    locked: { query: 9 }
  },
  { id: 'numbers-arabic', title: 'From right to left', trace: madeUpTrace(ARABIC), locked: { query: 5 } },
  {
    id: 'numbers-encoder',
    title: 'An encoder: both ways',
    trace: madeUpTrace(SHORT, { part: 'encoder' }),
    locked: { query: 3 }
  },
  { id: 'numbers-dark', title: 'Dark', trace: madeUpTrace(SHORT), locked: { query: 6 }, theme: 'dark' },
  { id: 'numbers-own', title: 'A model of their own', model: OWN_MODEL },
  { id: 'numbers-patterns', title: 'Patterns alone', trace: madeUpPatterns(SHORT) },
  { id: 'numbers-loading', title: 'Being computed', trace: slow(madeUpTrace(SHORT)) },
  { id: 'numbers-failed', title: 'What failed', trace: broken(madeUpTrace(SHORT)) },
  { id: 'numbers-empty', title: 'Nothing yet' },
  { id: 'numbers-missing', title: 'A model that is not there', model: './no-such-model/' }
]

function numberSection({ id, title, trace, locked, model, theme }: NumberState): HTMLElement {
  const views = TAGS.map((tag) => {
    const element = Object.assign(document.createElement(tag), { group: id })
    if (model !== undefined) Object.assign(element, { model, text: SHORT })
    if (trace) element.trace = trace
    if (theme) element.dataset.theme = theme
    return element
  })
  if (locked) selectionFor(id).lock(locked)
  const section = gallerySection(id, title, views)
  if (theme) section.dataset.theme = theme
  return section
}

function stageSection(): HTMLElement {
  const stages = ['scores', 'scaled', 'masked', 'weighted_norms', 'rollout', 'flow'] as const
  const trace = madeUpTrace(SHORT)
  return gallerySection(
    'stages',
    'Every stage of a head, rollout and flow',
    stages.map((stage) => Object.assign(document.createElement('attn-matrix'), { trace, stage, group: 'stages' }))
  )
}

function savedSection(): HTMLElement {
  const tags = ['attn-heads', 'attn-matrix', 'attn-grid', ...TAGS] as const
  const views = tags.map((tag) =>
    Object.assign(document.createElement(tag), { src: './traces/lily.safetensors', group: 'saved', layer: 3, head: 2 })
  )
  return gallerySection('saved', 'A saved trace: no engine is fetched', views)
}

function tunedSection(): HTMLElement {
  const trace = madeUpTrace(SHORT)
  const views = (['attn-heads', 'attn-matrix', 'attn-grid'] as const).map((tag) =>
    Object.assign(document.createElement(tag), { trace, group: 'tuned' })
  )
  selectionFor('tuned').show(trace)
  selectionFor('tuned').tune({ withoutFirst: true, shown: 8 })
  selectionFor('tuned').setScale('log')
  // The index after the last head is their mean.
  selectionFor('tuned').choose({ layer: 1, head: trace.headCount })
  return gallerySection(
    'tuned',
    'The mean of the heads, without the first token, scrubbed back, on the log scale',
    views
  )
}

function compareSections(): HTMLElement[] {
  const compare = (id: string, title: string, settings: object) =>
    gallerySection(id, title, [Object.assign(document.createElement('attn-compare'), { group: id }, settings)])
  return [
    compare('compare', 'Two texts', {
      trace: madeUpTrace('Lily had a cat. The cat was red'),
      baseline: madeUpTrace('Tom had a dog. The cat was red', { seed: 11 })
    }),
    compare('compare-settings', 'Two settings of one text', {
      trace: madeUpTrace(SHORT, { layers: 4 }),
      baseline: madeUpPatterns(SHORT, { layers: 4, heads: 4 })
    }),
    compare('compare-own', 'Two texts through a model', {
      model: OWN_MODEL,
      text: 'The cat sat down.',
      otherText: 'The dog sat down.'
    }),
    compare('compare-empty', 'Nothing to compare with', { trace: madeUpTrace(SHORT) })
  ]
}

function positionSections(): HTMLElement[] {
  return (['sinusoidal', 'powers-of-two', 'rotary', 'alibi'] as const).map((kind) =>
    gallerySection(`position-${kind}`, `Positions: ${kind}`, [
      Object.assign(document.createElement('attn-position'), { kind, length: 48, width: 32 })
    ])
  )
}

/** Every number from −1 or 0 to 1, evenly spaced. */
function heatmapSections(): HTMLElement[] {
  const [rows, columns] = [6, 12]
  return [0, -1].map((least) => {
    const title = least < 0 ? 'A matrix of numbers above and below 0' : 'A matrix of numbers'
    const magnitude = (value: number) => (value - least) / (1 - least)
    const scale: ColorScale = {
      ...{ kind: 'linear', diverging: least < 0, magnitude, ticks: [least, (least + 1) / 2, 1] },
      format: String
    }
    const data = Float32Array.from(
      { length: rows * columns },
      (_, at) => least + ((1 - least) * at) / (rows * columns - 1)
    )
    const heatmap = { label: title, scale, rowHeight: 24, tensor: { data, shape: [rows, columns] } }
    return gallerySection(least < 0 ? 'heatmap-signed' : 'heatmap', title, [
      Object.assign(document.createElement('attn-heatmap'), heatmap)
    ])
  })
}

export function numberSections(): HTMLElement[] {
  return [
    ...STATES.map(numberSection),
    savedSection(),
    stageSection(),
    tunedSection(),
    ...compareSections(),
    ...positionSections(),
    ...heatmapSections()
  ]
}
