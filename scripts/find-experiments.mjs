// Finds the three experiments of the demo's change page, and writes them to web/demo/shared/experiments.json.
//
//     npm run experiments
//
// Run this script again after a model in models/ changed. For the candidate texts below it tries every head, every pair
// of positions and every token, and keeps the experiment with the largest effect. The same weights give the same file.
import { writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { main, step, UserError } from './lib/log.mjs'
import { dist, root } from './lib/paths.mjs'

const { loadModel } = await import(join(dist, 'index.js'))
const target = join(root, 'web/demo/shared/experiments.json')
const continued = 32
const digits = (value) => Number(value.toPrecision(6))

/** Beginnings of stories: the next word should be a name that was mentioned before. */
const stories = [
  [
    'Tim',
    'Once upon a time there was a boy named Tim. Tim had a red ball. One day a girl saw the ball and said, "Hello,'
  ],
  ['Lily', 'Once upon a time there was a girl named Lily. She had a cat. One day her mom called her and said, "'],
  ['Max', 'Once upon a time there was a little dog named Max. Max loved to run in the park. One day, a bird saw'],
  ['Lily', 'Lily and her dog went to the park. The dog ran after a ball.'],
  ['Tom', 'Tom and Sue were friends. Tom had a big box of toys. Sue was sad. She looked at'],
  [
    'Ben',
    'One day, Ben and his sister were playing in the garden. His sister fell down and cried. "Are you okay?" asked'
  ],
  ['Mia', 'Once upon a time there was a little girl named Mia. Mia wanted to bake a cake. Her mom said, "Be careful,'],
  [
    'Sam',
    'Once there was a boy named Sam. Sam was very brave. One night he heard a noise. His dad said, "Do not be scared,'
  ]
]

/** Sentences with two nouns, so that an edit may make the model translate the wrong noun. */
const sentences = [
  'The cat is sleeping under the old tree.',
  'The dog is running after the ball.',
  'My father drinks tea and my mother drinks coffee.',
  'I bought a new book yesterday.',
  'The boy gave his sister an apple.',
  'She has a red car and a white house.',
  'The teacher likes music.',
  'Where is the nearest railway station?'
]

/** Reviews in which a single word may decide the label. */
const reviews = [
  'Not a bad idea, badly told.',
  'The plot is thin, but the actors are so charming that you forgive it everything.',
  'It is not funny.',
  'A dull story, and a wonderful cast.',
  'I never got bored.',
  'The film has no soul, but it is beautiful.',
  'A movie without any charm.',
  'Hardly a masterpiece, and still worth seeing.',
  'The jokes are lame, but the ending is brilliant.',
  'It is a brilliant mess.',
  'I expected a disaster and got a delight.',
  'Nobody could call this film boring.',
  'A beautiful waste of time.',
  'The acting is superb, the script is not.',
  'It is a pity that this lovely film ends so soon.',
  'You will love it or hate it.'
]

const softmax = (logits) => {
  const most = Math.max(...logits)
  const powers = Array.from(logits, (value) => Math.exp(value - most))
  const sum = powers.reduce((total, value) => total + value, 0)
  return powers.map((value) => value / sum)
}

async function openModel(name) {
  step(`loading models/${name}`)
  return loadModel(join(root, 'models', name))
}

const continuation = async (model, text, edits) => {
  let written = ''
  for await (const { token } of model.generate(text, { maxNewTokens: continued, edits })) written += token.text
  return written
}

/**
 * Finds a head without which the story loses the name. With the head, the name has a probability of at least 40 %;
 * without it, the name does not occur in 32 tokens.
 */
async function lostName(model) {
  const found = []
  for (const [name, text] of stories) {
    const { logits, tokens } = await model.run(text, { logits: 'last' })
    const before = softmax(logits.data)
    const id = before.indexOf(Math.max(...before))
    const { token } = await model.headEffects(text, { token: id })
    const expected = token.text.trim()
    if (expected === '' || !name.startsWith(expected) || before[id] < 0.4) continue
    const { parts } = await model.headEffects(text, { token: id })
    const [{ effects }] = parts
    const heads = effects.shape[1]
    for (let at = 0; at < effects.data.length; at++) {
      if (effects.data[at] > -1) continue
      const [layer, head] = [Math.floor(at / heads), at % heads]
      const edits = [{ at: `blocks.${layer}.attn.head_output`, head, op: 'zero' }]
      const after = softmax((await model.run(text, { logits: 'last', edits })).logits.data)[id]
      const written = [await continuation(model, text, []), await continuation(model, text, edits)]
      if (after > before[id] / 2 || written[1].includes(name)) continue
      found.push({
        score: before[id] - after,
        experiment: {
          id: 'name',
          model: 'stories',
          text,
          edits,
          query: tokens.length - 1,
          token: id,
          word: name,
          before: { probability: digits(before[id]), text: written[0] },
          after: { probability: digits(after), text: written[1] }
        }
      })
    }
  }
  return best(found, 'a head without which a story loses its name')
}

/** Finds a target word that another word replaces when all of its cross-attention goes to one source token. */
async function bentTranslation(model) {
  const found = []
  for (const text of sentences) {
    const { tokens, trace, text: original } = await model.translate(text, { capture: ['pattern'] })
    const source = trace.tokens
    const layers = model.info.parts.cross.layers
    const places = ['*', ...layers].map((layer) => `decoder.blocks.${layer}.cross.pattern`)
    const ids = tokens.map(({ id }) => id)
    for (let query = 0; query < tokens.length - 1; query++) {
      // Only words count: an edit can also change the signs between words, but a reader learns nothing from that.
      if (!/\p{sc=Han}/u.test(tokens[query].text)) continue
      for (let key = 0; key < source.length; key++) {
        if (!/\p{L}/u.test(source[key].text)) continue
        for (const at of places) {
          const edits = [
            { at, query, op: 'zero' },
            { at, query, key, op: 'set', value: 1 }
          ]
          const bent = { ids: (trace.targetTokens ?? []).slice(0, query + 1).map(({ id }) => id) }
          const run = (changed) => model.run(text, { target: bent, logits: 'last', edits: changed })
          const [plain, changed] = [softmax((await run([])).logits.data), softmax((await run(edits)).logits.data)]
          const likeliest = changed.indexOf(Math.max(...changed))
          // The new word must occur at another position of the original translation.
          const own = ids.indexOf(likeliest)
          if (likeliest === ids[query] || own < 0 || own === query || plain[ids[query]] < 0.4) continue
          if (strongest(trace, layers, own) !== key) continue
          found.push({
            score: changed[likeliest] - plain[likeliest],
            text,
            original,
            edits,
            query,
            key,
            likeliest,
            ids,
            tokens,
            source,
            plain,
            changed
          })
        }
      }
    }
  }
  found.sort((a, b) => b.score - a.score)
  for (const each of found) {
    const { text, original, edits, query, key, likeliest, ids, tokens, source, plain, changed, score } = each
    const bent = await model.translate(text, { edits })
    if (bent.tokens[query]?.id !== likeliest || bent.text === original) continue
    return {
      id: 'bend',
      model: 'translate',
      text,
      edits,
      query,
      token: likeliest,
      word: source[key].text,
      instead: tokens[query].text,
      written: tokens[ids.indexOf(likeliest)].text,
      before: { probability: digits(plain[likeliest]), text: original },
      after: { probability: digits(changed[likeliest]), text: bent.text },
      score: digits(score)
    }
  }
  throw new UserError('No edit was found that changes a translation as wanted.')
}

/** The position of the source token to which a target row gives the largest weight, averaged over all heads. */
function strongest(trace, layers, row) {
  const sums = []
  for (const layer of layers) {
    for (let head = 0; head < trace.view('cross').headCount; head++) {
      trace.row(layer, head, row, { part: 'cross' }).forEach((weight, key) => (sums[key] = (sums[key] ?? 0) + weight))
    }
  }
  return sums.indexOf(Math.max(...sums))
}

/** Finds a token without which the review gets the other label. */
async function turnedReview(model) {
  const found = []
  for (const text of reviews) {
    const { labels, trace } = await model.classify(text)
    const [{ label, score: before }] = labels
    for (const [key, token] of trace.tokens.entries()) {
      const edits = [{ at: 'blocks.*.attn', set: { mask: [key] } }]
      const turned = await model.classify(text, { edits })
      const after = turned.labels.find((each) => each.label === label).score
      if (after >= 0.5) continue
      found.push({
        score: before - after,
        experiment: {
          id: 'turn',
          model: 'sentiment',
          text,
          edits,
          key,
          word: token.text.trim(),
          label,
          before: { probability: digits(before) },
          after: { probability: digits(after) }
        }
      })
    }
  }
  return best(found, 'a review that gets the other label when one token is hidden')
}

function best(found, what) {
  const [first] = found.sort((a, b) => b.score - a.score)
  if (!first) throw new UserError(`Not found: ${what}.`)
  return first.experiment
}

await main(async () => {
  const experiments = []
  for (const [name, search] of [
    ['stories', lostName],
    ['translate', bentTranslation],
    ['sentiment', turnedReview]
  ]) {
    const model = await openModel(name)
    const experiment = await search(model)
    await model.dispose()
    experiments.push(experiment)
    step(`${experiment.id}: ${experiment.text} ${experiment.before.probability} → ${experiment.after.probability}`)
  }
  writeFileSync(target, `${JSON.stringify(experiments, null, 2)}\n`)
  step(`wrote ${relative(root, target)}`)
})
