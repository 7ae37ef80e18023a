// Runs Python for the two tasks that need it: the translator's held-out sets (from training/) and BLEU by sacreBLEU.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { step } from '../lib/log.mjs'
import { buildDir, root } from '../lib/paths.mjs'
import { execute, has } from '../lib/run.mjs'

/** The packages of training/requirements.txt that these two tasks need; only training needs the others. */
const packages = ['opencc-python-reimplemented', 'sacrebleu']
const imports = 'import opencc, sacrebleu'

/** An error that says why no suitable Python was found or made. */
export class NoPython extends Error {}

let found

/** The path of a Python that has the packages: the one used for training, or a virtual environment below build/. */
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
  step('creating a Python environment for the held-out sets and sacreBLEU')
  const pins = readFileSync(join(root, 'training/requirements.txt'), 'utf8').split('\n')
  const wanted = packages.map((name) => pins.find((line) => line.startsWith(`${name}==`)) ?? name)
  const commands = [
    ['python3', '-m', 'venv', own],
    [join(own, 'bin/pip'), 'install', '--quiet', '--disable-pip-version-check', ...wanted]
  ]
  for (const command of commands) {
    const { code, output } = await execute(command, { timeoutMs: 300_000 })
    if (code !== 0)
      throw new NoPython(`the Python environment could not be created: ${output.trim().split('\n').at(-1)}`)
  }
  return join(own, 'bin/python')
}

/** Runs a command of training/; resolves to its output. */
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

/** Corpus BLEU (Papineni et al. 2002) with sacreBLEU's 'zh' tokenizer. */
export async function bleu(translations, references) {
  const child = spawn(await python(), ['-c', bleuProgram], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(JSON.stringify({ translations, references }))
  const chunks = []
  for await (const chunk of child.stdout) chunks.push(chunk)
  return Number(Buffer.concat(chunks).toString())
}
