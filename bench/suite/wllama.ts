/** Greedy decoding compared with wllama, which runs llama.cpp in a worker. */

import type { Model, Run } from '../../web/lib/generated/attenscope-module.js'
import type { Contest, Side } from './contest.js'
import { feed, startRun, type Text } from './engine.js'
import { ggufFile, idsOf, textOf } from './gguf-file.js'
import { agreement, decoding, streamLength } from './llama.js'
import { loadWllama, type Variant } from './modules.js'

/**
 * The result of a completion: its text, the requested log-probabilities of each token, and the number of computed
 * tokens.
 */
interface Completion {
  readonly choices: readonly [
    {
      readonly text: string
      readonly logprobs?: { readonly content: readonly { readonly top_logprobs: readonly LogProbability[] }[] }
    }
  ]
  readonly timings: { readonly prompt_n: number; readonly predicted_n: number }
}
interface LogProbability {
  readonly id: number
  readonly logprob: number
}

/**
 * The fastest of the settings that were tried with float32 weights. Slower: flash attention, whose rounding also
 * exceeds the tolerance, and a cache in 16 bits. Not faster: four slots instead of one; delivering the text in pieces;
 * top-k of one, also as part of the graph, instead of a temperature of 0. Weights in 16, 8 or 4 bits would have another
 * precision than the engine's.
 */
const settings = {
  n_threads: 1,
  n_gpu_layers: 0,
  n_parallel: 1,
  flash_attn: false,
  cache_type_k: 'f32',
  cache_type_v: 'f32'
} as const

/**
 * The API of wllama takes a prompt and continues by itself: it does not read single tokens and does not return logits.
 * Therefore both sides decode greedily from the last token of the prompt on. The tokens before it stay in wllama's
 * cache between calls. The comparison uses the log-probability of every token at every step.
 */
export async function wllamaContest(variant: Variant, vocabulary: number): Promise<Contest> {
  const { config, text, model, weights } = await decoding(variant, vocabulary, 'f32')
  const wllama = await loadWllama()
  await wllama.loadModel([ggufFile(config, weights)], { ...settings, n_ctx: config.context })
  const prompt = textOf(text.prompt)
  const complete = async (n_probs: number): Promise<Completion> => {
    const request = { prompt, max_tokens: streamLength, temperature: 0, n_probs }
    return (await wllama.createCompletion(request)) as unknown as Completion
  }
  await complete(0)
  return {
    ours: engineWriting(model, text),
    peer: {
      run: async () => {
        const { choices, timings } = await complete(0)
        // If the prompt were not in the cache, or the text ended early, wllama would have done other work.
        if (timings.prompt_n !== 1 || timings.predicted_n !== streamLength) {
          throw new Error(
            `wllama read ${timings.prompt_n} tokens and generated ${timings.predicted_n}, expected 1 and ${streamLength}`
          )
        }
        return Float32Array.from(idsOf(choices[0].text))
      },
      compared: async () => {
        const { logprobs } = (await complete(vocabulary)).choices[0]
        return Float32Array.from(logprobs!.content.flatMap(({ top_logprobs }) => byId(top_logprobs, vocabulary)))
      }
    },
    units: streamLength,
    ...agreement.f32
  }
}

function byId(found: readonly LogProbability[], vocabulary: number): number[] {
  const sorted: number[] = new Array(vocabulary).fill(NaN)
  for (const { id, logprob } of found) sorted[id] = logprob
  return sorted
}

/** Decodes greedily after a prompt. Reading the last token of the prompt is part of the timed work. */
function engineWriting(model: Model, { prompt }: Text): Side {
  const last = prompt.length - 1
  let run: Run
  const write = <T>(take: (logits: Float32Array, greatest: number) => T): T[] => {
    let id = prompt[last]!
    return Array.from({ length: streamLength }, () => {
      feed(run, [id], 'last')
      const logits = run.logits().data
      id = greatestOf(logits)
      return take(logits, id)
    })
  }
  return {
    prepare: () => {
      run?.delete()
      run = startRun(model, last + streamLength)
      feed(run, prompt.slice(0, last), 'none')
    },
    run: () => Float32Array.from(write((_, id) => id)),
    compared: () => Float32Array.from(write(logProbabilities).flat())
  }
}

function greatestOf(logits: Float32Array): number {
  let greatest = 0
  for (let id = 1; id < logits.length; id++) if (logits[id]! > logits[greatest]!) greatest = id
  return greatest
}

function logProbabilities(logits: Float32Array, greatest: number): number[] {
  const most = logits[greatest]!
  const sum = logits.reduce((all, logit) => all + Math.exp(logit - most), 0)
  return Array.from(logits, (logit) => logit - most - Math.log(sum))
}
