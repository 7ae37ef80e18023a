/** Computes a steering vector: the difference of two texts' mean vectors. */
import type { Input, Model, Target } from 'attenscope'

export interface Steering {
  /** The name of a traced vector of each token, such as 'blocks.2.residual'. */
  readonly at: string
  /**
   * The text to steer towards, and the text to steer away from. Without the second text the vector is the first text's
   * mean.
   */
  readonly text: string
  readonly other: string
  /** The target of an encoder–decoder. */
  readonly target?: Target | undefined
}

/**
 * The mean of one text's vectors minus the mean of another text's vectors (Turner et al. 2023, with means in place of
 * aligned tokens).
 */
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
