/** The Llama form as an ONNX decoder graph, with the operators that are fastest in onnxruntime-web on WebAssembly. */

import type { EngineConfig } from '../../../web/lib/generated/attenscope-module.js'
import { type Held, type Weights, weightOf } from '../weights.js'
import { microsoft, ModelGraph } from './model-graph.js'

export interface LlamaGraphOptions {
  /** The number of input tokens. Logits are for the last token. */
  readonly tokens: number
  /** Whether the keys and values of earlier tokens are inputs, and all keys and values outputs. */
  readonly cache: boolean
  /** Whether projections of the same input are merged into one product. Fewer calls are faster for a single token. */
  readonly merged: boolean
  /** Linear layers in float32, or in 8 bits with activations quantised at run time. */
  readonly held: Held
}

export const pastNames = (layer: number) => [`past.${layer}.key`, `past.${layer}.value`] as const
export const presentNames = (layer: number) => [`present.${layer}.key`, `present.${layer}.value`] as const

/**
 * Builds the graph. Inputs: ids and positions (1, T), pasts (1, N, P, H). Outputs: logits (1, 1, V), presents (1, N, P
 * + T, H).
 */
export function llamaGraph(config: EngineConfig, weights: Weights, options: LlamaGraphOptions): Uint8Array {
  return new LlamaGraph(config, weights, options).build()
}

class LlamaGraph {
  private readonly _graph: ModelGraph
  private readonly _config: EngineConfig
  private readonly _weights: Weights
  private readonly _options: LlamaGraphOptions

  constructor(config: EngineConfig, weights: Weights, options: LlamaGraphOptions) {
    this._graph = new ModelGraph(weights, options.held)
    this._config = config
    this._weights = weights
    this._options = options
  }

  build(): Uint8Array {
    const { _graph: graph, _config: config } = this
    const { tokens } = this._options
    graph.input('ids', 'int64', [1, tokens])
    graph.input('positions', 'int64', [1, tokens])
    let stream = graph.node('Gather', [graph.weight('embedding.weight'), 'ids'])
    let normed = graph.node('SimplifiedLayerNormalization', [stream, graph.weight('blocks.0.attn_norm.weight')], {
      attributes: { axis: { int: -1 }, epsilon: { float: config.normEpsilon } }
    })
    const rotate = this._rotation()
    for (let layer = 0; layer < config.layers; layer++) {
      const block = `blocks.${layer}.`
      const after = layer + 1 < config.layers ? `blocks.${layer + 1}.attn_norm` : 'final_norm'
      const attended = this._attention(layer, normed, rotate)
      ;[stream, normed] = this._addAndNorm(stream, attended, `${block}feed_forward_norm.weight`)
      ;[stream, normed] = this._addAndNorm(stream, this._feedForward(block, normed), `${after}.weight`)
    }
    if (tokens > 1) {
      const last = graph.constant(BigInt64Array.of(BigInt(tokens - 1)), [1])
      normed = graph.node('Gather', [normed, last], { attributes: { axis: { int: 1 } } })
    }
    graph.linear(normed, ['unembedding'], { outputs: ['logits'] })
    graph.output('logits', 'float32', [1, 1, config.vocabulary])
    return graph.finish()
  }

  /**
   * Uses ONNX's own Attention. GroupQueryAttention, which is meant for such models, takes many times as long in
   * WebAssembly.
   */
  private _attention(layer: number, x: string, rotate: (x: string) => string): string {
    const { _graph: graph, _config: config } = this
    const { tokens, cache } = this._options
    const block = `blocks.${layer}.attn.`
    const [q, k, v] = this._linears(x, [`${block}query`, `${block}key`, `${block}value`]) as [string, string, string]
    const past = cache ? pastNames(layer) : []
    for (const name of past) graph.input(name, 'float32', [1, config.keyValueHeads, 'P', config.headWidth])
    const present = cache ? presentNames(layer) : []
    for (const name of present) graph.output(name, 'float32', [1, config.keyValueHeads, 'P + T', config.headWidth])
    const heads = graph.node('Attention', [rotate(q), rotate(k), v, '', ...past], {
      attributes: {
        q_num_heads: { int: config.heads },
        kv_num_heads: { int: config.keyValueHeads },
        // A single token sees all earlier tokens, so that it needs no mask.
        is_causal: { int: tokens > 1 ? 1 : 0 }
      },
      outputs: [`${block}heads`, ...present]
    })
    return graph.linear(heads, [`${block}output`])
  }

  private _feedForward(block: string, x: string): string {
    const { _graph: graph } = this
    const [gate, up] = this._linears(x, [`${block}feed_forward.gate`, `${block}feed_forward.up`]) as [string, string]
    // x · sigmoid(x) in one operator.
    const silu = graph.node('QuickGelu', [gate], { domain: microsoft, attributes: { alpha: { float: 1 } } })
    return graph.linear(graph.node('Mul', [silu, up]), [`${block}feed_forward.down`])
  }

  /** Adds a sublayer's output to the residual stream, and returns the sum and its norm. */
  private _addAndNorm(stream: string, added: string, weight: string): [string, string] {
    const outputs = [`${weight}.normed`, '', '', `${weight}.sum`]
    this._graph.node('SkipSimplifiedLayerNormalization', [stream, added, this._graph.weight(weight)], {
      domain: microsoft,
      attributes: { epsilon: { float: this._config.normEpsilon } },
      outputs
    })
    return [`${weight}.sum`, `${weight}.normed`]
  }

  private _rotation(): (x: string) => string {
    const { context, headWidth, rotaryBase = 10_000 } = this._config
    const half = headWidth / 2
    const table = (turn: (angle: number) => number): string => {
      const values = Float32Array.from({ length: context * half }, (_, i) =>
        turn(Math.floor(i / half) * rotaryBase ** (-(i % half) / half))
      )
      return this._graph.constant(values, [context, half])
    }
    const [cosines, sines] = [table(Math.cos), table(Math.sin)]
    return (x) => this._graph.node('RotaryEmbedding', [x, 'positions', cosines, sines], { domain: microsoft })
  }

  /** Applies several projections to x. */
  private _linears(x: string, names: readonly string[]): string[] {
    if (!this._options.merged) return names.map((name) => this._graph.linear(x, [name]))
    const sizes = names.map((name) => BigInt(weightOf(this._weights, `${name}.weight`).shape[0]!))
    const all = this._graph.linear(x, names)
    const outputs = names.map((name) => `${name}.part`)
    this._graph.node('Split', [all, this._graph.constant(BigInt64Array.from(sizes), [sizes.length])], {
      attributes: { axis: { int: -1 } },
      outputs
    })
    return outputs
  }
}
