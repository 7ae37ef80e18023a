/** The table of families and heads in the docs has exactly the entries that golden files of transformers exist for. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspectModel, type Task } from 'attenscope'
import { expect, it } from 'vitest'

import { families } from '../../web/lib/families/index.js'
import { golden, root } from './support/folders.js'

const path = join(root, 'docs/families.md')
const columns: readonly (readonly [Task, string])[] = [
  ['causal-lm', 'causal LM'],
  ['masked-lm', 'masked LM'],
  ['seq2seq-lm', 'seq2seq'],
  ['sequence-classification', 'text labels'],
  ['token-classification', 'token labels'],
  ['question-answering', 'question'],
  ['none', 'no head']
]

/** The reasons for cells that say no. The notes are below the table. */
const decoders = new Set([
  'llama',
  'mistral',
  'qwen2',
  'qwen3',
  'gemma2',
  'phi3',
  'gpt2',
  'gpt_neo',
  'gpt_neox',
  'opt',
  'bloom',
  'mpt'
])
const withoutHead = new Set([
  ...['gemma2 question-answering', 'phi3 question-answering', 'opt token-classification'],
  ...[
    'distilbert causal-lm',
    'mpnet causal-lm',
    'm2m_100 causal-lm',
    't5 causal-lm',
    'mt5 causal-lm',
    'marian sequence-classification',
    'marian token-classification'
  ],
  ...['marian question-answering', 'm2m_100 sequence-classification', 'm2m_100 token-classification'],
  ...['m2m_100 question-answering', 'bart token-classification']
])
const asTied = new Set(
  ['bart', 'marian', 'm2m_100', 'gemma2', 'gpt2', 'gpt_neo', 'opt', 'bloom', 'mpt'].map((name) => `${name} none`)
)

function reason(family: string, task: Task, isTwoStacks: boolean): string {
  if (task === 'seq2seq-lm' || (isTwoStacks && task === 'masked-lm')) return '– ¹'
  if (decoders.has(family) && task === 'masked-lm') return '– ¹'
  if (withoutHead.has(`${family} ${task}`)) return '– ²'
  if (asTied.has(`${family} ${task}`)) return '– ³'
  return '– ⁴'
}

it('the table of families and heads equals the table made from the golden files, without empty cells', async () => {
  const folders = readdirSync(golden('families')).sort()
  const tasks = new Map<string, Map<Task, string[]>>()
  for (const name of folders) {
    const { info } = await inspectModel(join(golden('families'), name))
    const of = tasks.get(info.family) ?? new Map<Task, string[]>()
    tasks.set(info.family, of.set(info.task, [...(of.get(info.task) ?? []), name]))
  }
  const names = families.map(({ modelType }) => modelType).filter((name) => !name.startsWith('attenscope-'))
  // Every family has a golden file, and every golden file a family.
  expect([...tasks.keys()].sort()).toEqual([...names].sort())
  const rows = names.map((family) => {
    const isTwoStacks = tasks.get(family)?.has('seq2seq-lm') ?? false
    const cells = columns.map(([task]) => {
      const count = tasks.get(family)?.get(task)?.length ?? 0
      return count === 0 ? reason(family, task, isTwoStacks) : count === 1 ? 'yes' : `yes (${count})`
    })
    return `| ${[`\`${family}\``, ...cells].join(' | ')} |`
  })
  const made = [
    `| ${['family', ...columns.map(([, title]) => title)].join(' | ')} |`,
    `| ${['---', ...columns.map(() => '---')].join(' | ')} |`,
    ...rows
  ].join('\n')
  const page = readFileSync(path, 'utf8')
  if (process.env['ATTENSCOPE_UPDATE_DOCS'] === '1') {
    writeFileSync(path, page.replace(/(<!-- families -->\n)[\s\S]*?(<!-- \/families -->)/, `$1\n${made}\n\n$2`))
    return
  }
  const cells = (table: string) =>
    table
      .split('\n')
      .filter((line) => line.startsWith('|') && !/^[|\s:-]+$/.test(line))
      .map((line) => line.split('|').map((cell) => cell.trim()))
  const [, inPage = ''] = /<!-- families -->\n([\s\S]*?)<!-- \/families -->/.exec(page) ?? []
  expect(cells(inPage)).toEqual(cells(made))
})
