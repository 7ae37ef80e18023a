/** The largest flow through the layers of an attention, by Dinic's algorithm (1970). */

/** Paths with less flow are ignored: weights in float32 are not more precise. */
const leastFlow = 1e-7

/**
 * The largest flow from `query` after the last layer to `key` before the first layer. Each layer has a matrix (S, S) of
 * capacities; the first matrix is that of the first layer.
 */
export function largestFlow(layers: readonly Float64Array[], S: number, query: number, key: number): number {
  return new Network(layers, S).flow(query, key)
}

/** Levels 0 … L with S nodes each. Edges lead one level down; residual edges lead back up. */
class Network {
  private readonly _down: Float64Array[]
  private readonly _up: Float64Array[]
  private readonly _depth: Int32Array
  private readonly _next: Int32Array

  constructor(
    layers: readonly Float64Array[],
    private readonly _S: number
  ) {
    this._down = layers.map((capacities) => capacities.slice())
    this._up = layers.map(() => new Float64Array(_S * _S))
    this._depth = new Int32Array((layers.length + 1) * _S)
    this._next = new Int32Array(this._depth.length)
  }

  flow(query: number, key: number): number {
    const source = this._down.length * this._S + query
    let flow = 0
    while (this._reach(source, key)) {
      this._next.fill(0)
      for (let sent = this._send(source, key, Infinity); sent > 0; sent = this._send(source, key, Infinity))
        flow += sent
    }
    return flow
  }

  /** The residual capacities that contain the edge from a node to its neighbour number `way`, and the edge's index. */
  private _edge(node: number, way: number): readonly [Float64Array | undefined, number] {
    const S = this._S
    const level = Math.floor(node / S)
    const token = node % S
    // Neighbours 0 … S − 1 are on the level below, neighbours S … 2S − 1 on the level above.
    return way < S ? [this._down[level - 1], token * S + way] : [this._up[level], (way - S) * S + token]
  }

  private _neighbour(node: number, way: number): number {
    const S = this._S
    const level = Math.floor(node / S)
    return way < S ? (level - 1) * S + way : (level + 1) * S + way - S
  }

  /** Sets the depth of each node: its distance from the source. Returns false when no path reaches the sink. */
  private _reach(source: number, sink: number): boolean {
    this._depth.fill(-1)
    this._depth[source] = 0
    const reached = [source]
    for (const node of reached) {
      for (let way = 0; way < 2 * this._S; way++) {
        const [residual, at] = this._edge(node, way)
        if (!residual || (residual[at] ?? 0) <= leastFlow) continue
        const to = this._neighbour(node, way)
        if (this._depth[to] !== -1) continue
        this._depth[to] = (this._depth[node] ?? 0) + 1
        reached.push(to)
      }
    }
    return this._depth[sink] !== -1
  }

  /** Sends at most `room` units from a node to the sink, along edges whose depth grows. Returns the flow sent. */
  private _send(node: number, sink: number, room: number): number {
    if (node === sink) return room
    for (; (this._next[node] ?? 0) < 2 * this._S; this._next[node]!++) {
      const way = this._next[node] ?? 0
      const [residual, at] = this._edge(node, way)
      const left = residual?.[at] ?? 0
      if (!residual || left <= leastFlow) continue
      const to = this._neighbour(node, way)
      if (this._depth[to] !== (this._depth[node] ?? 0) + 1) continue
      const sent = this._send(to, sink, Math.min(room, left))
      if (sent <= 0) continue
      residual[at] = left - sent
      this._giveBack(node, way, sent)
      return sent
    }
    return 0
  }

  private _giveBack(node: number, way: number, sent: number): void {
    const S = this._S
    const level = Math.floor(node / S)
    const token = node % S
    const [residual, at] = way < S ? [this._up[level - 1], token * S + way] : [this._down[level], (way - S) * S + token]
    if (residual) residual[at] = (residual[at] ?? 0) + sent
  }
}
