/** Beam search in the simplest way: every step runs each hypothesis from the start. */

import type { Model } from 'attenscope'

export interface PlainHypothesis {
  readonly ids: readonly number[]
  readonly score: number
}

interface PlainOptions {
  readonly startId: number
  readonly endId: number
  readonly beams: number
  readonly lengthPenalty: number
  readonly maxLength: number
}

/**
 * Searches as transformers does: hypotheses that end are finished if they are among the best `beams`, until no open one
 * can overtake them.
 */
export async function plainBeamSearch(
  model: Model,
  source: readonly number[],
  { startId, endId, beams, lengthPenalty, maxLength }: PlainOptions
): Promise<PlainHypothesis> {
  let open: PlainHypothesis[] = [{ ids: [startId], score: 0 }]
  let finished: PlainHypothesis[] = []
  for (let length = 2; ; ++length) {
    const next: PlainHypothesis[] = []
    for (const { ids, score } of open) {
      const rows = await logProbabilities(model, source, ids)
      rows.forEach((own, id) => next.push({ ids: [...ids, id], score: score + own }))
    }
    next.sort((a, b) => b.score - a.score)
    const measure = (length - 1) ** lengthPenalty
    const ends = ({ ids }: PlainHypothesis) => ids.at(-1) === endId || length === maxLength
    const ended = next.slice(0, beams).filter(ends)
    finished = [...finished, ...ended.map(({ ids, score }) => ({ ids, score: score / measure }))]
      .sort((a, b) => b.score - a.score)
      .slice(0, beams)
    open = next
      .slice(0, 2 * beams)
      .filter((each) => !ends(each))
      .slice(0, beams)
    const best = (open[0]?.score ?? -Infinity) / measure
    if (open.length === 0 || (finished.length === beams && best <= (finished.at(-1)?.score ?? 0))) break
  }
  const [winner] = finished
  if (!winner) throw new Error('no hypothesis was finished')
  return winner
}

async function logProbabilities(model: Model, source: readonly number[], ids: readonly number[]): Promise<number[]> {
  const run = await model.run({ ids: source }, { target: { ids }, logits: 'last' })
  const logits = Array.from(run.logits.data)
  await run.dispose()
  const most = Math.max(...logits)
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - most), 0)
  return logits.map((logit) => logit - most - Math.log(sum))
}
