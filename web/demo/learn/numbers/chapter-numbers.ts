/** The numbers in a chapter's text: computed from the models that ship when the site is built, so that no text can go stale. */
import type { Edit, Model, Run, Token } from 'attenscope'

/** What a chapter's numbers are computed with. */
export interface Models {
  /** A model of the site by the name of its folder. */
  load(name: string): Promise<Model>
}

/** The numbers by the names that the chapter's text has for them: `{{=name}}`. */
export type ChapterNumbers = Readonly<Record<string, string | number>>

/** Throws unless a statement of the chapter holds for the model that ships. */
export function claim(holds: boolean, statement: string): void {
  if (!holds) throw new Error(`the model no longer bears out the chapter: ${statement}`)
}

/** A share as the chapters write it: '95.1', without a sign. */
export const inPercent = (share: number): string => String(Number((100 * share).toPrecision(3)))

/** softmax(logits) (V). */
export function probabilities(logits: Float32Array): Float64Array {
  const most = logits.reduce((a, b) => Math.max(a, b), -Infinity)
  const powers = Float64Array.from(logits, (logit) => Math.exp(logit - most))
  const sum = powers.reduce((a, b) => a + b, 0)
  return powers.map((power) => power / sum)
}

/** The index of the first token with this text. */
export function tokenAt(tokens: readonly Token[], text: string): number {
  const at = tokens.findIndex((token) => token.text === text)
  claim(at >= 0, `a token is ${JSON.stringify(text)}`)
  return at
}

/** A head with the weight that a query gives to a key there. */
export interface HeadWeight {
  readonly layer: number
  readonly head: number
  readonly weight: number
}

/** All heads by the weight from a query to a key, the largest first. */
export function headsByWeight({ trace }: Run, query: number, key: number): readonly HeadWeight[] {
  const view = trace.view('decoder')
  return view.layers
    .flatMap((layer) =>
      Array.from({ length: view.headCount }, (_, head) => ({
        layer,
        head,
        weight: view.row(layer, head, query)[key] ?? 0
      }))
    )
    .sort((a, b) => b.weight - a.weight)
}

/** The probabilities of the next token (V) after a text, under edits. */
export async function nextOf(model: Model, text: string, edits: readonly Edit[] = []): Promise<Float64Array> {
  const run = await model.run(text, { logits: 'last', edits: [...edits] })
  const next = probabilities(run.logits.data)
  await run.dispose()
  return next
}

/** The likeliest next tokens with their probabilities. */
export async function likeliest(
  model: Model,
  next: Float64Array,
  count: number
): Promise<readonly { readonly word: string; readonly probability: number }[]> {
  const ids = [...next.keys()].sort((a, b) => (next[b] ?? 0) - (next[a] ?? 0)).slice(0, count)
  return Promise.all(
    ids.map(async (id) => {
      const run = await model.run({ ids: [id] }, { logits: 'none' })
      const word = run.tokens[0]?.text.trim() ?? ''
      await run.dispose()
      return { word, probability: next[id] ?? 0 }
    })
  )
}
