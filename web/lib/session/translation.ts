/** Runs a beam search and decodes its best text. */

import type { BeamOptions, Decode, EngineEdit, EngineTokens } from '../types/engine.js'
import type { BeamSearchHandle, ModelHandle } from '../engine/engine-handles.js'
import { AttenscopeError } from '../errors.js'
import { checkNumbers } from './check-numbers.js'
import type { Job } from './job.js'
import type { Found } from '../wire/calls.js'
import type { Token } from '../types/index.js'

type OnProgress = (progress: { done: number; total: number }) => void

/** Searches in turns with other calls. The engine's memory is always freed at the end. */
export async function findTarget(
  model: ModelHandle,
  source: EngineTokens,
  options: BeamOptions,
  edits: readonly EngineEdit[],
  decode: Decode,
  job: Job,
  onProgress: OnProgress
): Promise<Found> {
  const search = model.createBeamSearch(source, options, edits)
  try {
    while (search.step()) {
      if (await job.pauseIfDue()) onProgress(search.progress())
    }
    return describeBest(search, options, decode, edits.length > 0)
  } finally {
    search.delete()
  }
}

function describeBest(search: BeamSearchHandle, { endTokens }: BeamOptions, decode: Decode, isEdited: boolean): Found {
  const [best] = search.hypotheses()
  if (!best) throw new AttenscopeError('worker', 'the search ended without a hypothesis')
  const place = () => 'the translation'
  checkNumbers({ data: Float32Array.of(best.score), columns: 1, what: 'the score', place, isEdited })
  const [, ...generated] = best.ids
  const tokens = generated.map((id, i): Token => {
    const isLast = i === generated.length - 1
    return decode(id, isLast ? (endTokens.includes(id) ? 'end' : 'length') : undefined)
  })
  return {
    text: tokens.map(({ text }) => text).join(''),
    tokens,
    // The model chose the last token but did not read it.
    targetIds: best.ids.slice(0, -1),
    score: best.score
  }
}
