/** The ready-made experiments: what each shows, in words; their numbers are found by scripts/find-experiments.mjs. */
import type { Edit } from 'attenscope'
import found from './experiments.json' with { type: 'json' }
import { words } from './words/index.js'

const said = words.experiments

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
    title: said.name.title,
    story: said.name.story(
      edit && 'head' in edit ? (edit.head ?? 0) : 0,
      /blocks\.(\d+)/.exec(edit?.at ?? '')?.[1] ?? '',
      word,
      percent(before.probability),
      percent(after.probability)
    )
  }),
  bend: ({ word, instead, written, after }) => ({
    title: said.bend.title,
    story: said.bend.story(instead ?? '', word.trim(), written ?? '', percent(after.probability))
  }),
  turn: ({ word, label, before, after }) => ({
    title: said.turn.title,
    story: said.turn.story(word, label ?? '', percent(before.probability), percent(after.probability))
  })
}

export const experiments: readonly Experiment[] = found.map((experiment) => {
  const { id, model, text, edits } = experiment
  const telling = told[id]?.(experiment) ?? { title: id, story: text }
  return { model, text, edits: edits as readonly Edit[], ...telling }
})
