/** What a page that has just been opened needs for its first token: the files of either side. */

import { coldConfig } from '../cold/task.js'
import { llamaCheckpoint } from './llama-checkpoint.js'
import { llamaGraph } from './onnx/llama-graph.js'

/** The files that a server has, by path: a checkpoint for the package, a graph for the peer. */
export async function coldFiles(): Promise<Map<string, Uint8Array>> {
  const { files, weights } = llamaCheckpoint(coldConfig, 'int8')
  const graph = llamaGraph(coldConfig, weights, { tokens: 1, cache: true, merged: true, held: 'int8' })
  const paths = new Map([['cold/peer.onnx', graph]])
  for (const file of files) paths.set(`cold/ours/${file.name}`, new Uint8Array(await file.arrayBuffer()))
  return paths
}
