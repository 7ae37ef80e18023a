/** The ready-made experiments: what each shows, in words; their numbers are found by scripts/find-experiments.mjs. */
import type { Edit } from 'attenscope'
import found from './experiments.json' with { type: 'json' }

export interface Experiment {
  readonly model: string
  readonly text: string
  readonly edits: readonly Edit[]
  readonly title: string
  readonly story: string
}

const percent = (probability: number) => `${Number((100 * probability).toPrecision(2))} %`

/** By the ids that the search gives. */
const told: Readonly<Record<string, (experiment: (typeof found)[number]) => Pick<Experiment, 'title' | 'story'>>> = {
  name: ({ word, before, after, edits: [edit] }) => ({
    title: 'The lost name',
    story: `One head fetches the name. Without head ${edit && 'head' in edit ? edit.head : ''} of ${layerOf(edit?.at)}, “${word}” falls from ${percent(before.probability)} to ${percent(after.probability)}, and the story goes on without it.`
  }),
  bend: ({ word, instead, written, after }) => ({
    title: 'The bent translation',
    story: `Where the model was to write ${instead}, its cross-attention is bent to “${word.trim()}”. It writes ${written}, with ${percent(after.probability)}.`
  }),
  turn: ({ word, label, before, after }) => ({
    title: 'The turned review',
    story: `The verdict hangs on one token. Hide “${word}” from the attention, and ${label} falls from ${percent(before.probability)} to ${percent(after.probability)}.`
  })
}

function layerOf(at: string | undefined): string {
  return `layer ${/blocks\.(\d+)/.exec(at ?? '')?.[1] ?? ''}`
}

export const experiments: readonly Experiment[] = found.map((experiment) => {
  const { id, model, text, edits } = experiment
  const words = told[id]?.(experiment) ?? { title: id, story: text }
  return { model, text, edits: edits as readonly Edit[], ...words }
})
