/** A beam search as the caller sees it: settings in, the best text out. */

import type { BeamOptions, Decode, EngineEdit, EngineTokens } from '../types/engine.js'
import type { BeamSearchHandle, ModelHandle } from '../engine/engine-handles.js'
import { AttenscopeError } from '../errors.js'
import type { Job } from './job.js'
import type { Found } from '../wire/calls.js'
import type { Token } from '../types/index.js'

type OnProgress = (progress: { done: number; total: number }) => void

/** Searches in turns with other calls; the engine's memory is given back whatever happens. */
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
    return describeBest(search, options, decode)
  } finally {
    search.delete()
  }
}

function describeBest(search: BeamSearchHandle, { endTokens }: BeamOptions, decode: Decode): Found {
  const [best] = search.hypotheses()
  if (!best) throw new AttenscopeError('worker', 'the search ended without a hypothesis')
  const [, ...generated] = best.ids
  const tokens = generated.map((id, i): Token => {
    const isLast = i === generated.length - 1
    return decode(id, isLast ? (endTokens.includes(id) ? 'end' : 'length') : undefined)
  })
  return {
    text: tokens.map(({ text }) => text).join(''),
    tokens,
    // The last token was chosen, and read by nobody.
    targetIds: best.ids.slice(0, -1),
    score: best.score
  }
}
