/** The probabilities from which the engine's sampler draws the next token. */

export interface Likely {
  readonly id: number
  /** 0 for a token that top-k leaves out. */
  readonly probability: number
  /** The rank among all tokens, from 1. */
  readonly rank: number
}

/**
 * The likeliest tokens of logits (V), as the sampler of the engine draws them: the `topK` likeliest tokens stay (all for
 * 0), and their probabilities are softmax(logits / temperature). At temperature 0 the likeliest token has 1. Of equal
 * logits the smaller id comes first; NaN counts as −∞. Returns the first `count` tokens by rank, and the token `also`
 * wherever it ranks.
 */
export function drawingProbabilities(
  logits: Float32Array,
  { temperature, topK }: { readonly temperature: number; readonly topK: number },
  count: number,
  also?: number
): { readonly top: readonly Likely[]; readonly also: Likely | undefined } {
  const comparable = (id: number) => {
    const logit = logits[id] ?? NaN
    return Number.isNaN(logit) ? -Infinity : logit
  }
  const order = Array.from(logits, (_, id) => id).sort((a, b) => comparable(b) - comparable(a) || a - b)
  const kept = topK > 0 ? Math.min(topK, order.length) : order.length
  const most = comparable(order[0] ?? 0)
  const isGreedy = temperature === 0 || !Number.isFinite(most)
  const power = (place: number) => {
    if (isGreedy) return place === 0 ? 1 : 0
    return place < kept ? Math.exp((comparable(order[place] ?? 0) - most) / temperature) : 0
  }
  let sum = 0
  for (let place = 0; place < kept; place++) sum += power(place)
  const likely = (place: number): Likely => ({
    id: order[place] ?? 0,
    probability: power(place) / sum,
    rank: place + 1
  })
  const place = also === undefined ? -1 : order.indexOf(also)
  return {
    top: Array.from({ length: Math.min(count, order.length) }, (_, at) => likely(at)),
    also: place < 0 ? undefined : likely(place)
  }
}
