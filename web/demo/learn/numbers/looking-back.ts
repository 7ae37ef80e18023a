/** The numbers of the chapter "Looking back": one head of the story model finds a name again. */
import type { Edit } from 'attenscope'
import {
  claim,
  headsByWeight,
  inPercent,
  likeliest,
  nextOf,
  tokenAt,
  type ChapterNumbers,
  type HeadWeight,
  type Models
} from './chapter-numbers.js'

export const TEXT =
  'Once upon a time there was a boy named Ben. He had a red ball and a big box. One day it was very hot, and all the birds were in the trees. The boy went to the park to play with the ball. He was very happy. His mom came and said, "Come here,'

export async function numbers({ load }: Models): Promise<ChapterNumbers> {
  const model = await load('stories')
  const run = await model.run(TEXT, { capture: ['pattern'] })
  const { tokens } = run
  const last = tokens.length - 1
  const name = tokenAt(tokens, ' Ben')
  const [best] = headsByWeight(run, last, name)
  if (!best) throw new Error('the model has no heads')
  const { layer, head, weight } = best
  const off: Edit[] = [{ at: `blocks.${layer}.attn.head_output`, op: 'zero', head }]
  const [before, after] = [await nextOf(model, TEXT), await nextOf(model, TEXT, off)]
  const id = tokens[name]?.id ?? 0
  const [instead] = await likeliest(model, after, 1)
  const he = tokenAt(tokens, ' He')
  const isTop = ({ layer, head, weight }: HeadWeight) =>
    weight === Math.max(...run.trace.view('decoder').row(layer, head, he))
  const atHe = headsByWeight(run, he, name).find(isTop)
  const row = [...run.trace.view('decoder').row(layer, head, last)]
  const second = [...row].sort((a, b) => b - a)[1] ?? 0
  await run.dispose()

  claim(last - name > 50, 'the name stands more than fifty tokens back')
  claim(weight > 0.9, 'one head gives nearly all of its attention to the name')
  claim((before[id] ?? 0) > 0.9, 'the model is sure of the name')
  claim((after[id] ?? 0) < 0.3, 'without the head the model loses the name')
  claim(
    instead !== undefined && !TEXT.includes(instead.word),
    'without the head the likeliest name is none of the story'
  )
  claim(atHe !== undefined && atHe.weight > 0.3, 'a head at “He” looks at the name before all other words')

  return {
    ...{ text: TEXT, last, name, layer, head, distance: last - name },
    edits: JSON.stringify(off),
    weight: inPercent(weight),
    second: inPercent(second),
    sure: inPercent(before[id] ?? 0),
    lost: inPercent(after[id] ?? 0),
    instead: instead?.word ?? '',
    insteadProbability: inPercent(instead?.probability ?? 0),
    ...{ he, heLayer: atHe?.layer ?? 0, heHead: atHe?.head ?? 0, heWeight: inPercent(atHe?.weight ?? 0) },
    ...{ boy: tokenAt(tokens, ' boy'), ball: tokenAt(tokens, ' ball'), birds: tokenAt(tokens, ' birds') },
    ...{ mom: tokenAt(tokens, ' mom'), here: tokenAt(tokens, ' here') }
  }
}
