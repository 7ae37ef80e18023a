/** The engine's side of the model rows: prefill and decode through the classes that the package itself uses. */

import type { EngineConfig, MainModule, Model, Run } from '../../web/lib/generated/attenscope-module.js'
import type { Side } from './contest.js'
import { type Held, randomWeights, type Text, type Weights } from './llama-weights.js'

/** A model of random weights, and the weights for the other side. */
export function randomModel(engine: MainModule, config: EngineConfig, held: Held): { model: Model; weights: Weights } {
  const model = engine.Model.transformer(config)
  if (!model) throw new Error('the engine made no model')
  model.holdAs(held)
  const weights = randomWeights(new Map(model.parameterNames().map((name) => [name, model.parameterShape(name)])))
  for (const [name, { data }] of weights) {
    model.stage(data.byteLength).set(new Uint8Array(data.buffer))
    model.setParameter(name, 'F32')
  }
  model.finish()
  return { model, weights }
}

/** A text from its first token to the logits of its last. */
export function enginePrefill(model: Model, ids: readonly number[]): Side {
  return {
    run: () => {
      const run = start(model, ids.length)
      feed(run, ids, 'last')
      const logits = run.logits().data.slice()
      run.delete()
      return logits
    }
  }
}

/** The tokens of a stream after its prompt, whose last token goes the same way untimed. */
export function engineDecode(model: Model, { prompt, stream }: Text): Side {
  let run: Run | undefined
  return {
    prepare: () => {
      run?.delete()
      run = start(model, prompt.length + stream.length)
      feed(run, prompt.slice(0, -1), 'none')
      feed(run, prompt.slice(-1), 'last')
    },
    run: () => {
      if (!run) throw new Error('tokens were asked for before their prompt')
      let logits = new Float32Array(0)
      for (const id of stream) {
        feed(run, [id], 'last')
        logits = run.logits().data.slice()
      }
      return logits
    }
  }
}

function start(model: Model, capacity: number): Run {
  const run = model.createRun(capacity, 0)
  if (!run) throw new Error('the engine made no run')
  return run
}

function feed(run: Run, ids: readonly number[], logits: 'last' | 'none'): void {
  run.append(Int32Array.from(ids), logits)
  while (run.step()) continue
}
