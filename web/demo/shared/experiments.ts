/** The ready-made experiments with their texts; scripts/find-experiments.mjs finds their numbers. */
import { parseTraceName, type Edit } from 'attenscope'
import { percent } from 'attenscope/elements'
import found from './experiments.json' with { type: 'json' }
import type { SiteWords } from '../words/en/index.js'

export interface Experiment {
  readonly model: string
  readonly text: string
  readonly edits: readonly Edit[]
}

type Found = (typeof found)[number]
type Telling = { readonly title: string; readonly story: string }

/** In the page's order. */
export const experiments = found as readonly Experiment[]

/** The title and the sentence of each experiment, by the ids of the search. */
const told: Readonly<Record<string, (experiment: Found, said: SiteWords['experiments']) => Telling>> = {
  name: ({ word, before, after, edits: [edit] }, { name }) => ({
    title: name.title,
    story: name.story(
      edit && 'head' in edit ? (edit.head ?? 0) : 0,
      String(parseTraceName(edit?.at ?? '')?.layer ?? ''),
      word,
      percent(before.probability),
      percent(after.probability)
    )
  }),
  bend: ({ word, instead, written, after }, { bend }) => ({
    title: bend.title,
    story: bend.story(instead ?? '', word.trim(), written ?? '', percent(after.probability))
  }),
  turn: ({ word, label, before, after }, { turn }) => ({
    title: turn.title,
    story: turn.story(word, label ?? '', percent(before.probability), percent(after.probability))
  })
}

/** The title and the sentence of each experiment, in the order of `experiments`. */
export function tellings({ experiments: said }: SiteWords): readonly Telling[] {
  return found.map((each) => told[each.id]?.(each, said) ?? { title: each.id, story: each.text })
}
