/** The folders of models for tests, and changed copies of them. */

import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { onTestFinished } from 'vitest'

export const root = resolve(import.meta.dirname, '../../..')
export const golden = (name: string) => join(root, 'wasm-tests/golden', name)
export const storiesFolder = join(root, 'models/stories')
export const tinyFolder = golden('llama-tiny')
/** The folder of external weights and tokenizers, if there is one. */
export const sharedFolder = process.env['ATTENSCOPE_SHARED']

/** Returns a copy of a folder for one test. The copy is deleted after the test. */
export async function copyOf(folder: string): Promise<string> {
  const copy = await emptyFolder()
  await cp(folder, copy, { recursive: true })
  return copy
}

export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'attenscope-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Returns a copy of the tiny model whose config.json has other values; undefined removes a field. */
export async function tinyWith(changes: Record<string, unknown>): Promise<string> {
  const folder = await copyOf(tinyFolder)
  const path = join(folder, 'config.json')
  const config = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
  await writeFile(path, JSON.stringify({ ...config, ...changes }))
  return folder
}

/** Returns files as a page gets them when a folder is dropped. */
export async function filesOf(folder: string, names: readonly string[]): Promise<File[]> {
  return Promise.all(names.map(async (name) => new File([new Uint8Array(await readFile(join(folder, name)))], name)))
}
