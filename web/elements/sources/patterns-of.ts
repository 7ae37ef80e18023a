/** Runs a model for a view: all patterns of a text, or the pictures of a long one. */
import type { Edit, Model, Trace } from 'attenscope'
import { isLong, LongTrace } from './long-trace.js'
import type { Made } from './shared-values.js'
import type { Viewable } from './viewable.js'
import { writtenByTranslation } from './written-trace.js'

/** What a model runs with, besides its text. */
export interface RunSettings {
  readonly target: string | undefined
  readonly edits: readonly Edit[]
  readonly signal: AbortSignal
}

/** The bytes of the captured tensors. */
export function bytesOfTrace(trace: Pick<Trace, 'names' | 'has' | 'get'>): number {
  const captured = trace.names().filter((name) => trace.has(name))
  return captured.reduce((sum, name) => sum + trace.get(name).data.byteLength, 0)
}

/** The patterns of a text. An encoder–decoder reads the given target, or writes one. */
export async function patternsOf(
  model: Model,
  text: string,
  { target, edits, signal }: RunSettings
): Promise<Made<Viewable>> {
  const capture = ['pattern']
  if (model.info.kind === 'encoder-decoder' && target === undefined) {
    const translation = await model.translate(text, { capture, edits, signal })
    const { trace } = translation
    return { value: writtenByTranslation(translation), ...keptFor(trace, () => translation.dispose()) }
  }
  const options = { logits: 'none', edits, signal, ...(target !== undefined && { target }) } as const
  // Before it is read, the number of a text's tokens is unknown; it is rarely larger than the number of characters.
  if (!isLong(model.info, text.length + (target?.length ?? 0))) {
    const run = await model.run(text, { ...options, capture })
    return { value: run.trace, ...keptFor(run.trace, () => run.dispose()) }
  }
  const pictured = await model.run(text, { ...options, capture: ['picture'] })
  const { trace, tokens, targetTokens } = pictured
  if (isLong(model.info, Math.max(tokens.length, targetTokens?.length ?? 0))) {
    const long = new LongTrace(trace)
    return { value: long, bytes: () => bytesOfTrace(trace) + long.fetchedBytes, free: () => void pictured.dispose() }
  }
  await pictured.dispose()
  const run = await model.run(text, { ...options, capture })
  return { value: run.trace, ...keptFor(run.trace, () => run.dispose()) }
}

function keptFor(trace: Trace, dispose: () => Promise<void>): Omit<Made<Viewable>, 'value'> {
  const bytes = bytesOfTrace(trace)
  return { bytes: () => bytes, free: () => void dispose() }
}
