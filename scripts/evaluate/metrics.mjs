// The metrics of the shipped models: the held-out items, the formula from results to a figure, and the target figure.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { root } from '../lib/paths.mjs'
import { bleu, training } from './python.mjs'

/** An error that says why a metric cannot be computed on this machine. */
export class Missing extends Error {}

const shared = resolve(process.env.ATTENSCOPE_SHARED ?? join(root, '../shared'))

function readLines(path) {
  if (!existsSync(path)) throw new Missing(`${path} is not there`)
  return readFileSync(path, 'utf8').split(/\r?\n/)
}

/** The two fields of each line, split at the last tab. */
const readPairs = (path) =>
  readLines(path)
    .filter((line) => line.includes('\t'))
    .map((line) => [line.slice(0, line.lastIndexOf('\t')).trim(), line.slice(line.lastIndexOf('\t') + 1).trim()])

const endOfText = '<|endoftext|>'

/** The documents of the file, trimmed; a line with `<|endoftext|>` alone separates two documents. */
function readStories() {
  const documents = ['']
  for (const line of readLines(join(shared, 'data/stories/valid.txt'))) {
    if (line.trim() === endOfText) documents.push('')
    else documents[documents.length - 1] += `${line}\n`
  }
  return documents.map((document) => document.trim()).filter((document) => document !== '')
}

const heldOut = ['tatoeba-test.tsv', '3am-test.tsv']
let translations

/** The held-out pairs by file name, from the split that training/ makes. */
function readTranslations() {
  translations ??= splitTranslations()
  return translations
}

async function splitTranslations() {
  const folder = join(shared, 'data/translation')
  if (!existsSync(folder)) throw new Missing(`${folder} is not there`)
  const out = mkdtempSync(join(tmpdir(), 'attenscope-'))
  try {
    await training('-m', 'attenscope_training.translate.split', '--out', out)
    return new Map(heldOut.map((name) => [name, readPairs(join(out, name))]))
  } finally {
    rmSync(out, { recursive: true })
  }
}

const share = (results, wanted) => results.filter((result, i) => result === wanted[i]).length / wanted.length

const translation = (id, file, target) => ({
  id,
  model: 'translate',
  name: `BLEU of ${id}, beam 4`,
  kind: 'translate',
  target,
  better: 'more',
  digits: 2,
  async items() {
    const pairs = (await readTranslations()).get(file)
    return { items: pairs.map(([text]) => ({ text, beams: 4 })), wanted: pairs.map(([, reference]) => reference) }
  },
  figure: (results, wanted) => bleu(results, wanted)
})

const dates = (id, name) => ({
  id,
  model: 'dates',
  name,
  kind: 'translate',
  target: 0.995,
  better: 'more',
  digits: 4,
  items() {
    const pairs = readPairs(join(root, `training/attenscope_training/dates/${id}.tsv`))
    return { items: pairs.map(([text]) => ({ text })), wanted: pairs.map(([, date]) => date) }
  },
  figure: share
})

/** The bytes between two stories: `<|endoftext|>` and the line breaks around it. */
const markBytes = '<|endoftext|>'.length + 2

const validStories = () => ({ items: readStories() })

const stories = (id, name, bytesBetween) => ({
  id,
  model: 'stories',
  name: `bits per byte of valid stories, context 512, ${name}`,
  kind: 'story',
  target: 0.65,
  better: 'less',
  digits: 4,
  items: validStories,
  figure(results) {
    const sum = (field) => results.reduce((all, result) => all + result[field], 0)
    return sum('nats') / Math.LN2 / (sum('bytes') + bytesBetween * results.length)
  }
})

export const metrics = [
  stories('stories', "with the marks between them, as stories260K's 0.898 is counted", markBytes),
  stories('stories-alone', 'their own bytes alone', 0),
  translation('tatoeba', 'tatoeba-test.tsv', 24),
  translation('3am', '3am-test.tsv', 25),
  {
    id: 'sst2',
    model: 'sentiment',
    name: 'accuracy on SST-2 dev',
    kind: 'classify',
    target: 0.83,
    better: 'more',
    digits: 4,
    items() {
      const [, ...pairs] = readPairs(join(shared, 'data/sentiment/sst2-dev.tsv'))
      return { items: pairs.map(([text]) => text), wanted: pairs.map(([, label]) => Number(label)) }
    },
    figure: share
  },
  dates('unseen', 'exact dates, none of them trained on'),
  dates('by_hand', 'exact dates, written by hand')
]
