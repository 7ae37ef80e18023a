/** The types of openings.mjs, for its test. */
import type { Model } from 'attenscope'

export interface View {
  readonly layer: number
  readonly head: number
  readonly query?: number
  readonly word?: string
  readonly score: number
}

export type Rank = (model: Model, text: string) => Promise<readonly View[]>

export const stories: readonly string[]
export const sentences: readonly string[]
export const reviews: readonly string[]
export const dates: Readonly<Record<string, readonly string[]>>
export const rankStory: Rank
export const rankTranslation: Rank
export const rankReview: Rank
export const rankDate: Rank
export function bestOf(
  model: Model,
  texts: readonly string[],
  rank: Rank
): Promise<readonly (View & { readonly text: string })[]>
