/** Made-up models for the gallery and the tests: they answer like real ones, at once or never, and compute nothing. */
import {
  AttenscopeError,
  type Classification,
  type GenerationEnd,
  type GenerationStep,
  type Model,
  type ModelInfo,
  type Part,
  type PatternSource,
  type Token,
  type Trace,
  type Translation
} from 'attenscope'
import { madeUpCross, madeUpPatterns, madeUpPooling } from './data.js'

type Views = Readonly<Partial<Record<Part, PatternSource>>>

function infoOf(kind: ModelInfo['kind'], more: Partial<ModelInfo>): ModelInfo {
  return {
    ...{
      family: 'made-up',
      kind,
      task: 'none',
      parts: {},
      L: 4,
      N: 4,
      K: 4,
      H: 8,
      C: 32,
      F: 64,
      V: 1000,
      context: 128
    },
    ...{ parameters: 100_000, bytes: 400_000, dtype: 'f32', variant: 'base', threads: 1, hasTokenizer: true },
    ...more
  }
}

const refuse = (call: string) => async (): Promise<never> => {
  throw new AttenscopeError('unsupported', `a made-up model does not ${call}`)
}

/** A trace that has only the patterns of the given parts. */
function traceOf(info: ModelInfo, views: Views, tokens: readonly Token[], targetTokens?: readonly Token[]): Trace {
  const parts = Object.keys(views) as Part[]
  const view = (part: Part = parts[0] ?? 'decoder') => {
    const found = views[part]
    if (!found) throw new AttenscopeError('option', `part '${part}' is not among ${parts.join(', ')}`)
    return found
  }
  const { part, keyCount, queryTokens, queries, layers, headCount } = view()
  const trace: Trace = {
    ...{ info, parts, view, part, keyCount, queryTokens, queries, layers, headCount, tokens, edits: [] },
    ...(targetTokens && { targetTokens }),
    row: (layer, head, query, options = {}) => view(options.part).row(layer, head, query),
    pattern: (layer, head, options = {}) => view(options.part).pattern(layer, head),
    names: () => [],
    has: () => false,
    get: (name) => {
      throw new AttenscopeError('not-captured', `'${name}' was not captured`)
    },
    ...{ compute: refuse('compute'), rollout: refuse('roll out'), heads: refuse('sum up'), save: refuse('save') },
    ...{ flow: refuse('flow'), lens: refuse('guess'), directLogits: refuse('add up'), plane: refuse('project') },
    whole: () => trace
  }
  return trace
}

function modelOf(info: ModelInfo, calls: Partial<Model>): Model {
  return {
    info,
    run: refuse('run'),
    generate: async function* (): AsyncGenerator<GenerationStep, GenerationEnd, void> {
      throw new AttenscopeError('unsupported', 'a made-up model does not generate')
    },
    ...{
      translate: refuse('translate'),
      classify: refuse('classify'),
      embed: refuse('embed'),
      dispose: async () => {}
    },
    ...{ tokens: refuse('name'), headEffects: refuse('ablate'), patchEffects: refuse('patch') },
    ...calls
  }
}

/** Waits for a moment, or until the signal aborts. */
function pause(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (durationMs < Infinity) setTimeout(resolve, durationMs)
    signal?.addEventListener('abort', () => reject(new AttenscopeError('aborted', 'the call was aborted')))
  })
}

/** Translates a text by a table; a text that is not in the table stays the same. */
export function madeUpTranslator(known: Readonly<Record<string, string>>, { delayMs = 0, pieces = /./gu } = {}): Model {
  const size = { L: 4, N: 4, layers: [0, 1, 2, 3] }
  const info = infoOf('encoder-decoder', { parts: { cross: size, decoder: size, encoder: size } })
  return modelOf(info, {
    async translate(input, { signal, onProgress } = {}): Promise<Translation> {
      onProgress?.({ done: 1, total: 128 })
      await pause(delayMs, signal)
      const source = String(input)
      const text = known[source] ?? source
      const cross = madeUpCross(source, text)
      const decoder = madeUpPatterns(text, { layers: 4, heads: 4, pieces })
      const encoder = madeUpPatterns(source, { layers: 4, heads: 4, part: 'encoder' })
      const trace = traceOf(info, { cross, decoder, encoder }, cross.tokens, decoder.tokens)
      return { text, tokens: cross.written, score: -0.42, trace, elapsedMs: 12.3, dispose: async () => {} }
    }
  })
}

/** Judges any text by its length. */
export function madeUpClassifier({ delayMs = 0, labels = ['negative', 'positive'] } = {}): Model {
  const size = { L: 1, N: 1, layers: [0], learnedQuery: true as const }
  const info = infoOf('classifier', { labels, parts: { encoder: size } })
  return modelOf(info, {
    async classify(input, { signal } = {}): Promise<Classification> {
      await pause(delayMs, signal)
      const text = String(input)
      const pooling = madeUpPooling(text)
      const shares = labels.map((_, index) => Math.exp(((text.length * (index + 3)) % 7) - 3))
      const sum = shares.reduce((total, share) => total + share, 0)
      const ranked = labels
        .map((label, index) => ({ label, score: (shares[index] ?? 0) / sum }))
        .sort((a, b) => b.score - a.score)
      return {
        labels: ranked,
        trace: traceOf(info, { encoder: pooling }, pooling.tokens),
        elapsedMs: 1.23,
        dispose: async () => {}
      }
    }
  })
}
