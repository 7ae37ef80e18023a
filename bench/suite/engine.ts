/** The engine's side of the model rows, through the classes that the package itself uses. */

import type { BeamOptions, EngineConfig, MainModule, Model, Run } from '../../web/lib/generated/attenscope-module.js'
import type { Side } from './contest.js'
import { type Held, randomWeights, type Weights } from './weights.js'

/** What a decode row works on: ids that are there, and ids that come one by one. */
export interface Text {
  readonly prompt: readonly number[]
  readonly stream: readonly number[]
}

/** A model of random weights, and the weights for the other side. */
export function randomModel(engine: MainModule, config: EngineConfig, held: Held): { model: Model; weights: Weights } {
  const model = engine.Model.transformer(config)
  if (!model) throw new Error('the engine made no model')
  model.holdAs(held)
  const weights = randomWeights(new Map(model.parameterNames().map((name) => [name, model.parameterShape(name)])))
  for (const [name, { data, shape }] of weights) {
    model.stage(data.byteLength).set(new Uint8Array(data.buffer))
    model.setRows(name, 'F32', 0, shape[0] ?? 1)
  }
  model.finish()
  return { model, weights }
}

/** A text from its first token to the logits of its last. */
export function enginePrefill(model: Model, ids: readonly number[]): Side {
  return {
    run: () => {
      const run = startRun(model, ids.length)
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
      run = startRun(model, prompt.length + stream.length)
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

/** A text read in both directions, to the states of its last layer. */
export function engineEncoder(model: Model, ids: readonly number[], layers: number): Side {
  return {
    run: () => {
      const run = startRun(model, ids.length)
      feed(run, ids, 'none')
      const states = run.compute(`blocks.${layers - 1}.residual`, -1, 0, ids.length).data.slice()
      run.delete()
      return states
    }
  }
}

/** A beam search from the source's ids to the ids of its best hypothesis. */
export function engineSearch(model: Model, source: readonly number[], options: BeamOptions): Side {
  return {
    run: () => {
      const search = model.createBeamSearch({ ids: source }, options, [])
      if (!search) throw new Error('the engine made no search')
      while (search.step()) continue
      const [best] = search.hypotheses()
      search.delete()
      return Float32Array.from(best?.ids ?? [])
    }
  }
}

export function startRun(model: Model, capacity: number): Run {
  const run = model.createRun(capacity, 0)
  if (!run) throw new Error('the engine made no run')
  return run
}

export function feed(run: Run, ids: readonly number[], logits: 'last' | 'none'): void {
  run.append({ ids }, logits)
  while (run.step()) continue
}
