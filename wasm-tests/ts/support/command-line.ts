/** Runs the package's command-line program. */

import { execFile } from 'node:child_process'
import { join } from 'node:path'

import { root } from './folders.js'

export interface Outcome {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export function attenscope(...words: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(root, 'dist/cli.js'), ...words],
      { maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        resolve({ exitCode: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
      }
    )
  })
}
