/** The package as users get it: its exports, its behaviour on import, and its dependencies. */

import { execFileSync } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Script } from 'node:vm'
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
      'flowOf',
      'headMeasures',
      'headNames',
      'headScores',
      'headsOf',
      'inspectModel',
      'loadModel',
      'loadOps',
      'nameHead',
      'normalizerNames',
      'openTrace',
      'parseTraceName',
      'partOfName',
      'positionKinds',
      'rolloutOf',
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

  it('gives bundlers nothing to refuse: no entry waits, no script starts itself, and the worker is one script', async () => {
    const scripts = (await readdir(join(root, 'dist'))).filter(
      (name) => /\.m?js$/.test(name) && !name.startsWith('inlined-')
    )
    for (const name of scripts) {
      const code = await readFile(join(root, 'dist', name), 'utf8')
      expect(code.match(/new Worker\(\s*new URL\(/), name).toBe(null)
      // Only the command line, which runs in Node, waits at its top level.
      if (name !== 'cli.js') expect(code.match(/^(?:if \(.*\) |const .* = |export .* = )?await\b.*/m), name).toBe(null)
      if (name.endsWith('.mjs')) expect(code.includes('import.meta'), name).toBe(false)
    }
    const worker = await readFile(join(root, 'dist/worker.js'), 'utf8')
    // As a plain script: an import, an export or import.meta would be a syntax error.
    expect(() => new Script(worker)).not.toThrow()
    expect(worker).not.toMatch(/\bimport\s*\(/)
  })

  it('works on pages that forbid eval', async () => {
    const modules = ['base', 'relaxed', 'ops-base', 'ops-relaxed'].map((module) => `attenscope-${module}.mjs`)
    for (const name of ['index.js', 'worker.js', ...modules]) {
      expect(await readFile(join(root, 'dist', name), 'utf8')).not.toMatch(/\bnew Function\b|\beval\(/)
    }
  })
})
