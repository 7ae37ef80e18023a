/** The package as others get it: its exports, what it may not do at import, what it may not depend on. */

import { execFileSync } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as attenscope from 'attenscope'
import { describe, expect, it } from 'vitest'

import { root } from './support/folders.js'

describe('the package', () => {
  it('exports what the contract names', () => {
    expect(Object.keys(attenscope).sort()).toEqual([
      'AttenscopeError',
      'TraceRecorder',
      'attentionStages',
      'compareLogits',
      'editNormalizers',
      'editOps',
      'editPositions',
      'errorCodes',
      'inspectModel',
      'loadModel',
      'loadOps',
      'normalizerNames',
      'openTrace',
      'parseTraceName',
      'partOfName',
      'positionKinds',
      'scoreNames',
      'squashNames',
      'traceAttention',
      'traceName',
      'traceSiteOf',
      'traceSites'
    ])
  })

  it('can be imported where there is no window, document, Worker, fetch or WebAssembly', () => {
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

  it('has elements that can be imported there, too, and register nothing', () => {
    const script = `
      const { Selection, errorText } = await import(${JSON.stringify(join(root, 'dist/elements.js'))})
      console.log(typeof Selection, errorText(new Error('no')).what)
    `
    const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' })
    expect(output.trim()).toBe('function no.')
  })

  it('needs nothing installed beside it', async () => {
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

  it('keeps to pages without eval', async () => {
    const modules = ['base', 'relaxed', 'ops-base', 'ops-relaxed'].map((module) => `attenscope-${module}.mjs`)
    for (const name of ['index.js', 'worker.js', ...modules]) {
      expect(await readFile(join(root, 'dist', name), 'utf8')).not.toMatch(/\bnew Function\b|\beval\(/)
    }
  })
})
