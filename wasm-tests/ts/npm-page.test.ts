/** The pages that npm shows or ships, read as a visitor of npm reads them: far from the repository's files. */

import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'

import { buildModels, modelsPackage } from '../../scripts/build-models.mjs'
import { root } from './support/folders.js'

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license: string
  readonly homepage: string
  readonly bugs: string
  readonly repository: { readonly type: string; readonly url: string }
  readonly exports: Record<string, { readonly types?: string; readonly default?: string } | string>
}

const manifestOf = (folder: string) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
const library = manifestOf(root)
const address = library.repository.url.replace(/^git\+|\.git$/g, '')
const [, owner = '', name = ''] = /^https:\/\/github\.com\/([\w-]+)\/([\w-]+)$/.exec(address) ?? []

/** The files that git keeps: only these are on GitHub. */
const kept = new Set(execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n'))
const isFolder = (path: string) => [...kept].some((file) => file.startsWith(`${path}/`))

/** The targets of links and pictures in Markdown and HTML, without code. */
function targetsOf(page: string): { readonly target: string; readonly isPicture: boolean }[] {
  const text = page.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`]*`/g, '')
  return [
    ...[...text.matchAll(/(!?)\[[^\]]*\]\(([^)\s]+)[^)]*\)/g)].map(([, mark, target = '']) => ({
      target,
      isPicture: mark === '!'
    })),
    ...[...text.matchAll(/<(img|a)\b[^>]*?\b(?:src|href)="([^"]*)"/g)].map(([, tag, target = '']) => ({
      target,
      isPicture: tag === 'img'
    })),
    ...[...text.matchAll(/^\[[^\]]+\]:\s*(\S+)/gm)].map(([, target = '']) => ({ target, isPicture: false }))
  ]
}

/** GitHub's and npm's anchors of a page's headings. */
const anchorsOf = (page: string) =>
  [...page.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number}\s-]/gu, '')
      .replaceAll(' ', '-')
  )

/** What is wrong with a link, as npm resolves it; undefined for a link that works. */
function faultOf(target: string, isPicture: boolean, page: string): string | undefined {
  if (target.startsWith('#')) return anchorsOf(page).includes(target.slice(1)) ? undefined : 'no such heading'
  if (!/^https:\/\//.test(target)) return 'npm has no such file: the link must be absolute'
  const { hostname, pathname, hash } = new URL(target)
  const parts = decodeURIComponent(pathname).slice(1).split('/')
  if (hostname === 'raw.githubusercontent.com') {
    const [user, repository, branch, ...path] = parts
    if (user !== owner || repository !== name || branch !== 'main') return `not a file of ${address}`
    return kept.has(path.join('/')) ? undefined : 'no such file'
  }
  if (isPicture) return 'GitHub serves pictures from raw.githubusercontent.com'
  if (hostname !== 'github.com' || parts.length < 3) {
    return hostname === 'github.com' && target !== address ? `not ${address}` : undefined
  }
  const [user, repository, kind, branch, ...path] = parts
  if (user !== owner || repository !== name) return `not in ${address}`
  if (!['blob', 'tree'].includes(kind ?? '')) return undefined
  if (branch !== 'main') return 'not on the main branch'
  const file = path.join('/')
  if (!(kind === 'blob' ? kept.has(file) : isFolder(file))) return `no such ${kind === 'blob' ? 'file' : 'folder'}`
  const isAnchored = hash === '' || anchorsOf(readFileSync(join(root, file), 'utf8')).includes(hash.slice(1))
  return isAnchored ? undefined : 'no such heading'
}

function faultsOf(page: string): string[] {
  return targetsOf(page).flatMap(({ target, isPicture }) => {
    const fault = faultOf(target, isPicture, page)
    return fault === undefined ? [] : [`${target}: ${fault}`]
  })
}

beforeAll(() => buildModels())

describe('the library', () => {
  it('says where its repository, its site and its list of faults are', () => {
    expect([owner, name]).not.toContain('')
    expect(library.repository.type).toBe('git')
    expect(library.bugs).toBe(`${address}/issues`)
    expect(library.homepage).toBe(`https://${owner}.github.io/${name}/`)
  })

  it('has only files of the built package as its entries', () => {
    for (const [entry, files] of Object.entries(library.exports)) {
      const paths = typeof files === 'string' ? [files] : Object.values(files)
      for (const path of paths) if (!path.includes('*')) expect(existsSync(join(root, path)), entry).toBe(true)
    }
  })

  it.each(['README.md', 'CHANGELOG.md'])('has links in %s that work on npm', (file) => {
    const page = readFileSync(join(root, file), 'utf8')
    expect(targetsOf(page).length).toBeGreaterThan(5)
    expect(faultsOf(page)).toEqual([])
  })

  it('has a picture on its page', () => {
    const page = readFileSync(join(root, 'README.md'), 'utf8')
    expect(targetsOf(page).filter(({ isPicture }) => isPicture)).not.toEqual([])
  })
})

describe('a link that npm cannot follow', () => {
  it.each([
    ['[a](docs/usage.md)', 'absolute'],
    ['![a](docs/attenscope.png)', 'absolute'],
    ['<img src="docs/attenscope.png">', 'absolute'],
    ['[a]: docs/usage.md', 'absolute'],
    [`[a](${address}/blob/main/docs/missing.md)`, 'no such file'],
    [`[a](${address}/tree/main/missing)`, 'no such folder'],
    [`[a](${address}/blob/main/docs/usage.md#missing)`, 'no such heading'],
    [`![a](${address}/blob/main/docs/attenscope.png)`, 'raw.githubusercontent.com'],
    ['[a](https://github.com/someone/else/blob/main/README.md)', 'not in'],
    ['[a](#missing)', 'no such heading']
  ])('%s is a fault', (page, fault) => {
    expect(faultsOf(page).join()).toContain(fault)
  })
})

describe('attenscope-models', () => {
  const listing = () =>
    JSON.parse(
      execFileSync('npm', ['pack', '--dry-run', '--json', '--silent'], { cwd: modelsPackage, encoding: 'utf8' })
    )

  it('has every file of every model, under the version of the library', () => {
    const packed = listing() as { files: { path: string }[] }[] | Record<string, { files: { path: string }[] }>
    const files = Object.values(packed)[0]!.files.map(({ path }) => path)
    const models = [...kept].filter((file) => file.startsWith('models/')).map((file) => file.slice('models/'.length))
    expect(models.length).toBeGreaterThan(15)
    expect([...files].sort()).toEqual([...models, 'LICENSE', 'README.md', 'package.json'].sort())
    const { version, license, repository } = manifestOf(modelsPackage)
    expect({ version, repository }).toEqual({ version: library.version, repository: library.repository })
    expect(license).toBe('CC-BY-2.0 AND CDLA-Sharing-1.0 AND MIT')
  })

  it('has a page with a row for each model and links that work on npm', () => {
    const page = readFileSync(join(modelsPackage, 'README.md'), 'utf8')
    for (const model of readdirSync(join(root, 'models')))
      expect(page).toMatch(new RegExp(`^\\| \`${model}\` .*\\.`, 'm'))
    expect(faultsOf(page)).toEqual([])
  })

  it.each(readdirSync(join(root, 'models')))('has a card of %s with links that work on npm', (model) => {
    expect(faultsOf(readFileSync(join(modelsPackage, model, 'README.md'), 'utf8'))).toEqual([])
  })
})
