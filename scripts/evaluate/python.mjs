// Python for what is only there: the translator's held-out sets (training/) and BLEU as sacreBLEU counts it.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { step } from '../lib/log.mjs'
import { buildDir, root } from '../lib/paths.mjs'
import { execute, has } from '../lib/run.mjs'

/** What the held-out sets and the score need of training/requirements.txt; the rest is for training. */
const packages = ['opencc-python-reimplemented', 'sacrebleu']
const imports = 'import opencc, sacrebleu'

/** Why there is no Python that can do it. */
export class NoPython extends Error {}

let found

/** A Python with the packages: the trainer's own, or a small one made under build/. */
export function python() {
  found ??= find()
  return found
}

async function find() {
  const own = join(buildDir, 'evaluation-python')
  const candidates = [
    process.env.ATTENSCOPE_PYTHON,
    ...['.venv', 'training/.venv', '.toolchain/python'].map((folder) => join(root, folder, 'bin/python')),
    join(own, 'bin/python')
  ]
  for (const candidate of candidates) {
    if (candidate && existsSync(candidate) && (await execute([candidate, '-c', imports])).code === 0) return candidate
  }
  if (!(await has('python3'))) throw new NoPython('there is no python3 for the held-out sets and sacreBLEU')
  step('making a small Python for the held-out sets and sacreBLEU')
  const pins = readFileSync(join(root, 'training/requirements.txt'), 'utf8').split('\n')
  const wanted = packages.map((name) => pins.find((line) => line.startsWith(`${name}==`)) ?? name)
  const commands = [
    ['python3', '-m', 'venv', own],
    [join(own, 'bin/pip'), 'install', '--quiet', '--disable-pip-version-check', ...wanted]
  ]
  for (const command of commands) {
    const { code, output } = await execute(command, { timeoutMs: 300_000 })
    if (code !== 0) throw new NoPython(`no Python could be made: ${output.trim().split('\n').at(-1)}`)
  }
  return join(own, 'bin/python')
}

/** Runs a command of training/; resolves to what it prints. */
export async function training(...command) {
  const { code, output } = await execute([await python(), ...command], { cwd: join(root, 'training') })
  if (code !== 0) throw new NoPython(`training/: ${command.join(' ')}: ${output.trim().split('\n').at(-1)}`)
  return output
}

const bleuProgram = `
import json, sys
from sacrebleu.metrics import BLEU
bleu = BLEU(tokenize='zh')
given = json.load(sys.stdin)
print(bleu.corpus_score(given['translations'], [given['references']]).score)
`

/** Corpus BLEU with sacreBLEU's 'zh' tokenizer. */
export async function bleu(translations, references) {
  const child = spawn(await python(), ['-c', bleuProgram], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(JSON.stringify({ translations, references }))
  const chunks = []
  for await (const chunk of child.stdout) chunks.push(chunk)
  return Number(Buffer.concat(chunks).toString())
}
