// The computation for one item of each kind; scripts/evaluate/metrics.mjs combines the results into a metric.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Tokenizer } from '@huggingface/tokenizers'

const parsed = (folder, file) => JSON.parse(readFileSync(join(folder, file), 'utf8'))

/** For each kind, a function from a loaded model and its folder to the function that computes an item's result. */
export const kinds = {
  /** A document, alone in its context → { nats, tokens, bytes }, as models/stories/README.md defines them. */
  story(model, folder) {
    const tokenizer = new Tokenizer(parsed(folder, 'tokenizer.json'), parsed(folder, 'tokenizer_config.json'))
    const { bos_token_id: begin, eos_token_id: end } = parsed(folder, 'config.json')
    return async (text) => {
      const ids = [begin, ...tokenizer.encode(text, { add_special_tokens: false }).ids, end]
      let nats = 0
      for (const { first, last, scored } of windows(ids.length - 1, model.info.context)) {
        const run = await model.run({ ids: ids.slice(first, last) }, { logits: 'all' })
        const { data, shape } = run.logits
        for (let i = scored; i < last; i++) {
          const row = (i - first) * shape[1]
          nats -= logProbability(data.subarray(row, row + shape[1]), ids[i + 1])
        }
        await run.dispose()
      }
      return { nats, tokens: ids.length - 1, bytes: Buffer.byteLength(text) }
    }
  },

  /** { text, beams? } → the translation. The dates model's output counts as a translation. */
  translate:
    (model) =>
    async ({ text, beams }) =>
      (await model.translate(text, beams ? { numBeams: beams } : {})).text,

  /** A text → the index of the most likely label. */
  classify: (model) => async (text) => {
    const { labels } = await model.classify(text)
    return model.info.labels.indexOf(labels[0].label)
  }
}

/**
 * Cuts `count` inputs into windows of at most `context` inputs. A window has the inputs [first, last), and scores the
 * inputs from `scored` on. Windows after the first overlap by half, so that every input is scored exactly once.
 */
export function windows(count, context) {
  const list = [{ first: 0, last: Math.min(count, context), scored: 0 }]
  const half = context / 2
  for (let scored = context; scored < count; scored += half) {
    list.push({ first: scored - half, last: Math.min(count, scored + half), scored })
  }
  return list
}

function logProbability(logits, id) {
  let most = -Infinity
  for (const logit of logits) most = Math.max(most, logit)
  let sum = 0
  for (const logit of logits) sum += Math.exp(logit - most)
  return logits[id] - most - Math.log(sum)
}
