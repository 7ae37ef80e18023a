/** The package as users get it: its exports, its behaviour on import, and its dependencies. */

import { execFileSync } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as attenscope from 'attenscope'
import { describe, expect, it } from 'vitest'

import { root } from './support/folders.js'

describe('the package', () => {
  it('exports the names of the contract', () => {
    expect(Object.keys(attenscope).sort()).toEqual([
      'AttenscopeError',
      'TraceRecorder',
      'attentionStages',
      'compareLogits',
      'configure',
      'dtypes',
      'editNormalizers',
      'editOps',
      'editPositions',
      'errorCodes',
      'headNames',
      'headScores',
      'inspectModel',
      'loadModel',
      'loadOps',
      'nameHead',
      'normalizerNames',
      'openTrace',
      'parseTraceName',
      'partOfName',
      'positionKinds',
      'scoreNames',
      'squashNames',
      'stageNames',
      'threadKinds',
      'traceAttention',
      'traceName',
      'traceSiteOf',
      'traceSites',
      'variants'
    ])
  })

  it('can be imported without window, document, Worker, fetch and WebAssembly', () => {
    const script = `
      for (const name of ['window', 'document', 'Worker', 'fetch', 'WebAssembly', 'caches', 'File', 'Blob', 'URL', 'process']) {
        if (name !== 'process') delete globalThis[name]
      }
      const { loadModel, AttenscopeError } = await import(${JSON.stringify(join(root, 'dist/index.js'))})
      const error = await loadModel('org/name').catch((error) => error)
      console.log(typeof loadModel, error instanceof AttenscopeError, error.code)
    `
    const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' })
    expect(output.trim()).toBe('function true unsupported')
  })

  it('has elements that can be imported there, too, without registering', () => {
    const script = `
      const { Selection, errorText } = await import(${JSON.stringify(join(root, 'dist/elements.js'))})
      console.log(typeof Selection, errorText(new Error('no')).what)
    `
    const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' })
    expect(output.trim()).toBe('function no.')
  })

  it('needs no other package', async () => {
    const bundles = (await readdir(join(root, 'dist'))).filter((name) =>
      /^(index|worker|cli|host|capture|anywidget).*\.js$/.test(name)
    )
    expect(bundles).toEqual(expect.arrayContaining(['index.js', 'worker.js', 'cli.js', 'anywidget.js']))
    for (const name of bundles) {
      const code = await readFile(join(root, 'dist', name), 'utf8')
      const imported = [
        ...code.matchAll(/^(?:import|export)\b[^'"\n]*?from\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gm)
      ].map((match) => match[1] ?? match[2])
      expect(
        imported.filter((source) => !source?.startsWith('./') && !source?.startsWith('node:')),
        name
      ).toEqual([])
    }
  })

  it('works on pages that forbid eval', async () => {
    const modules = ['base', 'relaxed', 'ops-base', 'ops-relaxed'].map((module) => `attenscope-${module}.mjs`)
    for (const name of ['index.js', 'worker.js', ...modules]) {
      expect(await readFile(join(root, 'dist', name), 'utf8')).not.toMatch(/\bnew Function\b|\beval\(/)
    }
  })
})
