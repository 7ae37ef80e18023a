/** Greedy decoding beside wllama, which is llama.cpp in a worker. */

import type { Model, Run } from '../../web/lib/generated/attenscope-module.js'
import type { Contest, Side } from './contest.js'
import { feed, startRun, type Text } from './engine.js'
import { ggufFile, idsOf, textOf } from './gguf-file.js'
import { agreement, decoding, streamLength } from './llama.js'
import { loadWllama, type Variant } from './modules.js'

/** What a completion gives: its text, for each token the log-probabilities asked for, and how many tokens it computed. */
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
 * The fastest of those tried with weights in float32. Slower: flash attention (which also rounds, past the tolerance), a
 * cache in 16 bits. No faster: four slots instead of one, the text in pieces as they come, and top-k of one, also as part
 * of the graph, in place of a temperature of 0. Weights in 16, 8 or 4 bits would be another precision than ours.
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
 * Its API takes a prompt and goes on by itself: tokens do not go in one by one, nor do logits come out. So both sides
 * write greedily from the prompt's last token on, whose forerunners stay in its cache from call to call; and what is
 * compared is the log-probability of every token at every step.
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
        // Were the prompt not in its cache, or its text at an end, it would have done other work.
        if (timings.prompt_n !== 1 || timings.predicted_n !== streamLength) {
          throw new Error(`wllama read ${timings.prompt_n} tokens and wrote ${timings.predicted_n}`)
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

/** Greedy tokens after a prompt, whose last token is part of the timed work. */
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
