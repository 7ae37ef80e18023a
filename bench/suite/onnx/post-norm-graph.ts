/**
 * The blocks of BERT and Marian as ONNX graphs, with the operators that are fastest in onnxruntime-web on WebAssembly.
 */

import type { EngineConfig } from '../../../web/lib/generated/attenscope-module.js'
import type { Held, Weights } from '../weights.js'
import { microsoft, ModelGraph } from './model-graph.js'

/** The names of a layer's cache: its inputs, and its outputs with the new token appended. */
export const cacheNames = (kind: 'past' | 'present' | 'cross', layer: number) =>
  [`${kind}.${layer}.key`, `${kind}.${layer}.value`] as const

/** Builds the encoder. Input: ids (1, T). Output: states (1, T, C). */
export function encoderGraph(config: EngineConfig, weights: Weights, held: Held, tokens: number): Uint8Array {
  const graph = new PostNormGraph(config, weights, held)
  graph.input('ids', 'int64', [1, tokens])
  const positions = graph.node('Slice', [
    graph.weight('position.weight'),
    ...[[0], [tokens], [0]].map((numbers) => graph.constant(BigInt64Array.from(numbers, BigInt), [1]))
  ])
  const embedded = graph.node('Gather', [graph.weight('embedding.weight'), 'ids'])
  const x = graph.sumAndNorm(embedded, positions, 'embedding_norm')
  const outputs = ['states']
  graph.stack(x, '', config.layers, outputs)
  graph.output('states', 'float32', [1, tokens, config.width])
  return graph.finish()
}

/**
 * Builds the part that reads the source. Inputs: ids (1, S), positions (1, S, C). Outputs: cross-attention keys and
 * values (1, N, S, H) of each decoder layer.
 */
export function sourceGraph(config: EngineConfig, weights: Weights, tokens: number): Uint8Array {
  const graph = new PostNormGraph(config, weights, 'f32')
  const { heads, headWidth, encoder } = config
  if (!encoder) throw new Error('the model has no encoder')
  const states = graph.stack(graph.embedded([1, tokens]), 'encoder.', encoder.layers)
  for (let layer = 0; layer < config.layers; layer++) {
    for (const [i, name] of cacheNames('cross', layer).entries()) {
      const projection = `decoder.blocks.${layer}.cross.${i === 0 ? 'key' : 'value'}`
      const flat = graph.linear(states, [projection], { bias: true })
      const shape = graph.constant(BigInt64Array.from([1, tokens, heads, headWidth], BigInt), [4])
      graph.node('Transpose', [graph.node('Reshape', [flat, shape])], {
        attributes: { perm: { ints: [0, 2, 1, 3] } },
        outputs: [name]
      })
      graph.output(name, 'float32', [1, heads, tokens, headWidth])
    }
  }
  return graph.finish()
}

/**
 * Builds one decoding step with one token per beam. Inputs: ids (B, 1), positions (1, 1, C), pasts (B, N, P, H),
 * cross-attention keys and values (B, N, S, H). Outputs: logits (B, 1, V), presents (B, N, P + 1, H).
 */
export function targetGraph(config: EngineConfig, weights: Weights, beams: number, source: number): Uint8Array {
  const graph = new PostNormGraph(config, weights, 'f32')
  let x = graph.embedded([beams, 1])
  for (let layer = 0; layer < config.layers; layer++) {
    const block = `decoder.blocks.${layer}.`
    x = graph.sumAndNorm(x, graph.cachedAttention(layer, x, beams), `${block}attn_norm`)
    x = graph.sumAndNorm(x, graph.crossAttention(layer, x, beams, source), `${block}cross_norm`)
    x = graph.sumAndNorm(x, graph.feedForward(block, x), `${block}feed_forward_norm`)
  }
  const logits = graph.linear(x, ['embedding'])
  graph.node('Add', [logits, graph.weight('logits_bias')], { outputs: ['logits'] })
  graph.output('logits', 'float32', [beams, 1, config.vocabulary])
  return graph.finish()
}

class PostNormGraph extends ModelGraph {
  private readonly _config: EngineConfig

  constructor(config: EngineConfig, weights: Weights, held: Held) {
    super(weights, held)
    this._config = config
  }

  /** Adds the scaled embedding of the input ids plus the input positions. */
  embedded(shape: readonly [number, number]): string {
    const { embeddingScale = 1, width } = this._config
    this.input('ids', 'int64', shape)
    this.input('positions', 'float32', [1, shape[1], width])
    const vectors = this.node('Gather', [this.weight('embedding.weight'), 'ids'])
    const scaled = this.node('Mul', [vectors, this.constant(Float32Array.of(embeddingScale), [1])])
    return this.node('Add', [scaled, 'positions'])
  }

  /** Adds blocks without a mask: all tokens see each other. */
  stack(x: string, prefix: string, layers: number, outputs?: readonly string[]): string {
    for (let layer = 0; layer < layers; layer++) {
      const block = `${prefix}blocks.${layer}.`
      x = this.sumAndNorm(x, this._selfAttention(block, x), `${block}attn_norm`)
      const last = layer + 1 === layers ? outputs : undefined
      x = this.sumAndNorm(x, this.feedForward(block, x), `${block}feed_forward_norm`, last)
    }
    return x
  }

  sumAndNorm(x: string, added: string, norm: string, outputs?: readonly string[]): string {
    return this.node('SkipLayerNormalization', [x, added, this.weight(`${norm}.weight`), this.weight(`${norm}.bias`)], {
      domain: microsoft,
      attributes: { epsilon: { float: this._config.normEpsilon } },
      ...(outputs && { outputs })
    })
  }

  feedForward(block: string, x: string): string {
    const up = `${block}feed_forward.up`
    const inner =
      this._config.activation === 'gelu'
        ? this.node('BiasGelu', [this.linear(x, [up]), this.weight(`${up}.bias`)], { domain: microsoft })
        : this.node('Relu', [this.linear(x, [up], { bias: true })])
    return this.linear(inner, [`${block}feed_forward.down`], { bias: true })
  }

  /** Adds attention of a token over the cache and itself. */
  cachedAttention(layer: number, x: string, beams: number): string {
    const { heads, headWidth } = this._config
    const block = `decoder.blocks.${layer}.attn.`
    const [q, k, v] = this._projections(block, x)
    const past = cacheNames('past', layer)
    const present = cacheNames('present', layer)
    for (const name of past) this.input(name, 'float32', [beams, heads, 'P', headWidth])
    for (const name of present) this.output(name, 'float32', [beams, heads, 'P + 1', headWidth])
    const inputs = [q, k, v, '', '', '', ...past]
    return this._attend(block, inputs, [`${block}heads`, ...present])
  }

  crossAttention(layer: number, x: string, beams: number, source: number): string {
    const { heads, headWidth } = this._config
    const block = `decoder.blocks.${layer}.cross.`
    const cross = cacheNames('cross', layer)
    for (const name of cross) this.input(name, 'float32', [beams, heads, source, headWidth])
    return this._attend(block, [this.linear(x, [`${block}query`], { bias: true }), ...cross])
  }

  private _selfAttention(block: string, x: string): string {
    return this._attend(`${block}attn.`, this._projections(`${block}attn.`, x))
  }

  private _projections(block: string, x: string): [string, string, string] {
    const [q, k, v] = ['query', 'key', 'value'].map((part) => this.linear(x, [`${block}${part}`], { bias: true }))
    return [q!, k!, v!]
  }

  private _attend(block: string, inputs: readonly string[], outputs: readonly string[] = [`${block}heads`]): string {
    const heads = this.node('MultiHeadAttention', inputs, {
      domain: microsoft,
      attributes: { num_heads: { int: this._config.heads } },
      outputs
    })
    return this.linear(heads, [`${block}output`], { bias: true })
  }
}
