/** Runs a text twice: through the original model, and under edits. */
import {
  compareLogits,
  type Edit,
  type LogitsComparison,
  type Model,
  type Run,
  type Tensor,
  type Token
} from 'attenscope'
import { scheduler } from '../pacing/scheduler.js'

/** The number of tokens that a decoder generates: enough to compare two stories. */
const CONTINUED = 32

export interface ComparedRuns {
  readonly model: Model
  readonly text: string
  /** The text that the original model wrote: a continuation or a translation; empty for a classifier. */
  readonly before: Written
  /** The text that the edited model wrote. */
  readonly after: Written
  /** The runs of both models with the same tokens, which the original model wrote. */
  readonly runs: { readonly before: Run; readonly after: Run }
  /** The tokens after which both models predict; empty for a classifier. */
  readonly tokens: readonly Token[]
  /** The comparison of the predictions after each token, or the one comparison of a classifier. */
  readonly predictions: readonly LogitsComparison[]
  /** The tokens or labels of the ids in the predictions. */
  readonly names: ReadonlyMap<number, Token>
}

export interface Written {
  readonly tokens: readonly Token[]
  /** The input and options of a run with the same tokens. */
  readonly input: Parameters<Model['run']>[0]
  readonly options: Pick<NonNullable<Parameters<Model['run']>[1]>, 'target' | 'promptTokens'>
}

/** Compares both runs. The original run of `known` is used again for the same text. Throws the errors of the model. */
export async function compareRuns(
  model: Model,
  text: string,
  edits: readonly Edit[],
  { known, signal }: { known: ComparedRuns | undefined; signal: AbortSignal }
): Promise<ComparedRuns> {
  const kept = known?.model === model && known.text === text ? known : undefined
  const before = kept?.before ?? (await write(model, text, [], signal))
  const after = edits.length > 0 ? await write(model, text, edits, signal) : before
  const { input, options } = before
  const again = { ...options, capture: ['pattern'], logits: 'all', signal } as const
  const plain = kept?.runs.before ?? (await model.run(input, again))
  const changed = edits.length > 0 ? await model.run(input, { ...again, edits }) : plain
  const predictions = await comparePredictions(plain.logits, changed.logits)
  const { labels } = model.info
  const ids = [...new Set(predictions.flatMap(({ top }) => top.map(({ id }) => id)))]
  const named = labels ? labels.map((label, id) => ({ id, text: label, start: 0, end: 0 })) : await model.tokens(ids)
  return {
    ...{ model, text, before, after, runs: { before: plain, after: changed }, predictions },
    tokens: labels ? [] : (plain.targetTokens ?? plain.tokens),
    names: new Map(named.map((token) => [token.id, token]))
  }
}

/** Frees the runs of a comparison that the next comparison does not show. */
export function freeRuns({ runs }: ComparedRuns, next: ComparedRuns | undefined): void {
  const kept = next ? Object.values(next.runs) : []
  for (const run of new Set(Object.values(runs))) if (!kept.includes(run)) void run.dispose()
}

/** Compares row by row and lets events run between rows, because a row is as long as the vocabulary. */
async function comparePredictions(before: Tensor, after: Tensor): Promise<LogitsComparison[]> {
  const V = before.shape.at(-1) ?? 0
  const T = before.shape.length === 1 ? 1 : (before.shape[0] ?? 0)
  const row = ({ data }: Tensor, at: number) => ({ shape: [V], data: data.subarray(at * V, (at + 1) * V) })
  const compared: LogitsComparison[] = []
  for (let at = 0; at < T; at++) {
    const one = row(before, at)
    const other = before === after ? one : row(after, at)
    compared.push(...(await scheduler.update(() => compareLogits(one, other))))
  }
  return compared
}

/** The row that predicts the first written token: the last token of the prompt, or the start token of a translation. */
export function promptEnd({ before }: Pick<ComparedRuns, 'before'>): number {
  return (before.options.promptTokens ?? 1) - 1
}

/**
 * The row to show first: from the first difference of the two texts, the first row with a changed prediction; else the
 * row that changed most.
 */
export function firstChange({ before, after, predictions }: ComparedRuns): number {
  const parts = before.tokens.findIndex(({ id }, at) => id !== after.tokens[at]?.id)
  const most = Math.max(...predictions.map(({ divergence }) => divergence))
  if (!(most > 0)) return predictions.length - 1
  // The last token of the prompt, or the start token of a translation, predicts the first written token. A beam search
  // looks ahead, so the texts may differ before a prediction changes.
  const from = promptEnd({ before }) + parts
  const moved = parts < 0 ? -1 : predictions.findIndex(({ divergence }, row) => row >= from && divergence > most / 100)
  return moved >= 0 ? moved : predictions.findIndex(({ divergence }) => divergence === most)
}

async function write(model: Model, text: string, edits: readonly Edit[], signal: AbortSignal): Promise<Written> {
  switch (model.info.kind) {
    case 'decoder':
      return goOn(model, text, edits, signal)
    case 'encoder-decoder': {
      const { tokens, trace, dispose } = await model.translate(text, { edits, signal })
      await dispose()
      return { tokens, input: text, options: { target: { ids: idsOf(trace.targetTokens ?? []) } } }
    }
    default:
      return { tokens: [], input: text, options: {} }
  }
}

async function goOn(model: Model, text: string, edits: readonly Edit[], signal: AbortSignal): Promise<Written> {
  const written: Token[] = []
  let prompt: readonly Token[] = []
  for await (const step of model.generate(text, { maxNewTokens: CONTINUED, edits, signal })) {
    if (step.promptTokens) prompt = step.promptTokens
    written.push(step.token)
  }
  // The model chose the last token but did not read it.
  const ids = idsOf([...prompt, ...written.slice(0, -1)])
  return { tokens: written, input: { ids }, options: { promptTokens: Math.max(1, prompt.length) } }
}

function idsOf(tokens: readonly Token[]): number[] {
  return tokens.map(({ id }) => id)
}
