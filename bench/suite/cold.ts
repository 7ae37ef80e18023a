/** The files that a cold page of either side loads for its first token. */

import { coldConfig } from '../cold/task.js'
import { llamaCheckpoint } from './llama-checkpoint.js'
import { llamaGraph } from './onnx/llama-graph.js'

/** Returns the files of the server by path: a checkpoint for the package, a graph for the peer. */
export async function coldFiles(): Promise<Map<string, Uint8Array>> {
  const { files, weights } = llamaCheckpoint(coldConfig, 'int8')
  const graph = llamaGraph(coldConfig, weights, { tokens: 1, cache: true, merged: true, held: 'int8' })
  const paths = new Map([['cold/peer.onnx', graph]])
  for (const file of files) paths.set(`cold/ours/${file.name}`, new Uint8Array(await file.arrayBuffer()))
  return paths
}
