/** Runs many texts through a model, and saves a trace of each. */

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { AttenscopeError, type Model, type RunOptions } from 'attenscope'
import { describe } from '../errors.js'

/** One text of a batch, and the file of its trace. */
export interface SavedRun {
  readonly text: string
  /** The name of the trace's file in the folder. */
  readonly file: string
  /** The number of tokens of the text. */
  readonly tokens: number
}

/** The tensors that the views need, as the menu of an element saves them. */
const savedByDefault = ['pattern']

/** The texts of a file: one for each line that is not empty. '-' reads standard input. Throws 'option' if there is none. */
export async function readTexts(file: string): Promise<string[]> {
  const content = await readAll(file)
  const texts = content.split(/\r?\n/).filter((line) => line.trim() !== '')
  if (texts.length > 0) return texts
  throw new AttenscopeError('option', `--texts: ${file === '-' ? 'standard input' : file} has no line with a text`)
}

async function readAll(file: string): Promise<string> {
  if (file === '-') {
    let text = ''
    for await (const piece of process.stdin.setEncoding('utf8')) text += String(piece)
    return text
  }
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new AttenscopeError('option', `--texts: ${file} cannot be read: ${describe(error)}`)
  }
}

/**
 * Runs each text and saves its trace as 0001.safetensors and so on, with index.json, which lists the texts. Calls `saved` after
 * each file. An error names the line of its text; the files before it are kept.
 */
export async function saveRuns(
  model: Model,
  texts: readonly string[],
  folder: string,
  { capture = [], ...options }: RunOptions,
  saved: (run: SavedRun) => void
): Promise<readonly SavedRun[]> {
  const digits = Math.max(4, String(texts.length).length)
  const runs: SavedRun[] = []
  const index = () => writeFile(join(folder, 'index.json'), `${JSON.stringify(runs, undefined, 2)}\n`)
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    throw new AttenscopeError('option', `--save: ${folder} cannot be made: ${describe(error)}`)
  }
  for (const [at, text] of texts.entries()) {
    const file = `${String(at + 1).padStart(digits, '0')}.safetensors`
    const run = await runOne(model, text, at, { ...options, capture: capture.length > 0 ? capture : savedByDefault })
    await writeFile(join(folder, file), new Uint8Array(await (await run.trace.save()).arrayBuffer()))
    await run.dispose()
    runs.push({ text, file, tokens: run.tokens.length })
    saved({ text, file, tokens: run.tokens.length })
    await index()
  }
  return runs
}

async function runOne(model: Model, text: string, at: number, options: RunOptions) {
  try {
    return await model.run(text, { logits: 'none', ...options })
  } catch (error) {
    if (!(error instanceof AttenscopeError)) throw error
    throw new AttenscopeError(error.code, `text ${at + 1} (${JSON.stringify(text.slice(0, 40))}): ${error.message}`)
  }
}
