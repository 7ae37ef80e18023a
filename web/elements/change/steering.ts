/** A vector that steers: what two texts differ in, on average over their tokens. */
import type { Input, Model, Target } from 'attenscope'

export interface Steering {
  /** A traced vector of each token: 'blocks.2.residual'. */
  readonly at: string
  /** The text to steer to, and the one to steer away from; without it the first text's own mean. */
  readonly text: string
  readonly other: string
  /** What an encoder–decoder has written. */
  readonly target?: Target | undefined
}

/** The mean of one text's vectors at a place less that of another's (Turner et al. 2023, with the mean for the aligned tokens). */
export async function steeringVector(model: Model, { at, text, other, target }: Steering): Promise<number[]> {
  const to = await meanOf(model, text, at, target)
  if (other.trim() === '') return to
  const away = await meanOf(model, other, at, target)
  return to.map((each, column) => each - (away[column] ?? 0))
}

async function meanOf(model: Model, input: Input, at: string, target: Target | undefined): Promise<number[]> {
  const run = await model.run(input, { logits: 'none', ...(target !== undefined && { target }) })
  try {
    const { data, shape } = await run.trace.compute(at)
    const [rows = 1, width = 0] = shape
    return Array.from({ length: width }, (_, column) => {
      let sum = 0
      for (let row = 0; row < rows; row++) sum += data[row * width + column] ?? 0
      return sum / rows
    })
  } finally {
    await run.dispose()
  }
}
