/** The numbers of the chapter "A weighted average": the learned query of the sentiment model, soft, hard and flat. */
import type { Edit } from 'attenscope'
import { claim, inPercent, tokenAt, type ChapterNumbers, type Models } from './chapter-numbers.js'

export const TEXT = 'The story is slow, but the ending is wonderful.'

const HARD: Edit[] = [{ at: 'blocks.*.attn', set: { normalizer: 'hard' } }]
const FLAT: Edit[] = [{ at: 'blocks.*.attn.scores', op: 'zero' }]

export async function numbers({ load }: Models): Promise<ChapterNumbers> {
  const model = await load('sentiment')
  const judged = async (edits: readonly Edit[]) => {
    const { labels } = await model.classify(TEXT, { edits: [...edits] })
    return labels.find(({ label }) => label === 'positive')?.score ?? NaN
  }
  const [soft, hard, flat] = [await judged([]), await judged(HARD), await judged(FLAT)]
  const run = await model.run(TEXT, { capture: ['pattern'] })
  const { tokens } = run.trace
  const weights = [...run.trace.view('encoder').row(0, 0, 0)]
  await run.dispose()
  const [slow, wonderful, ending] = ['slow', 'wonderful', 'ending'].map((word) => tokenAt(tokens, word)) as [
    number,
    number,
    number
  ]
  const weightOf = (key: number) => weights[key] ?? 0

  claim(weightOf(wonderful) === Math.max(...weights), '“wonderful” gets the most')
  claim(weightOf(slow) > 0.04 && weightOf(slow) < weightOf(wonderful) / 2, '“slow” gets something, much less')
  claim(soft > 0.7 && hard > soft + 0.08, 'with the hard choice the model is surer')
  claim(flat < soft - 0.08 && flat > 0.5, 'with equal weights the model is less sure')

  return {
    text: TEXT,
    ...{ slow, wonderful, ending, count: tokens.length },
    ...{ story: tokenAt(tokens, 'story'), but: tokenAt(tokens, 'but') },
    slowWeight: inPercent(weightOf(slow)),
    wonderfulWeight: inPercent(weightOf(wonderful)),
    equal: inPercent(1 / tokens.length),
    ...{ soft: inPercent(soft), hard: inPercent(hard), flat: inPercent(flat) },
    hardEdits: JSON.stringify(HARD),
    flatEdits: JSON.stringify(FLAT)
  }
}
