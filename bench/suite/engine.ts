/** The engine's side of the rows with models, through the same classes that the package uses. */

import type { BeamOptions, EngineConfig, MainModule, Model, Run } from '../../web/lib/generated/attenscope-module.js'
import type { Side } from './contest.js'
import { type Held, randomWeights, type Weights } from './weights.js'

/** The ids of a decoding row: a prompt that is read first, and a stream that is read token by token. */
export interface Text {
  readonly prompt: readonly number[]
  readonly stream: readonly number[]
}

/** Creates a model with random weights. Also returns the weights for the other side. */
export function randomModel(engine: MainModule, config: EngineConfig, held: Held): { model: Model; weights: Weights } {
  const model = engine.Model.transformer(config)
  if (!model) throw new Error('the engine created no model')
  model.holdAs(held)
  const weights = randomWeights(new Map(model.parameterNames().map((name) => [name, model.parameterShape(name)])))
  for (const [name, { data, shape }] of weights) {
    model.stage(data.byteLength).set(new Uint8Array(data.buffer))
    model.setRows(name, 'F32', 0, shape[0] ?? 1)
  }
  model.finish()
  return { model, weights }
}

/** Reads a text from its first token to the logits of its last. */
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

/** Reads the tokens of a stream one by one. The prompt before them is read untimed. */
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
      if (!run) throw new Error('the stream was requested before its prompt')
      let logits = new Float32Array(0)
      for (const id of stream) {
        feed(run, [id], 'last')
        logits = run.logits().data.slice()
      }
      return logits
    }
  }
}

/** Reads a text in an encoder, up to the states of its last layer. */
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

/** Runs a beam search from the source's ids to the ids of the best hypothesis. */
export function engineSearch(model: Model, source: readonly number[], options: BeamOptions): Side {
  return {
    run: () => {
      const search = model.createBeamSearch({ ids: source }, options, [])
      if (!search) throw new Error('the engine created no search')
      while (search.step()) continue
      const [best] = search.hypotheses()
      search.delete()
      return Float32Array.from(best?.ids ?? [])
    }
  }
}

export function startRun(model: Model, capacity: number): Run {
  const run = model.createRun(capacity, 0)
  if (!run) throw new Error('the engine created no run')
  return run
}

export function feed(run: Run, ids: readonly number[], logits: 'last' | 'none'): void {
  run.append({ ids }, logits)
  while (run.step()) continue
}
