/** A Vite plugin that fills the page of licences from the models' cards and the packages in the bundles. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Plugin } from 'vite'
import { bundledPackages, noticesOf, noticesText, packageOf } from '../../../scripts/lib/notices.mjs'
import { fileOf } from './page-frame.js'
import { wordsOf } from './page-frame.js'
import { pageOf } from '../shared/site-pages.js'
import type { SiteWords } from '../words/en/index.js'

/** Tools that add their own code to the bundles, including the bundle of the service worker. */
const OF_TOOLS = ['vite', 'rolldown', 'workbox-core', 'workbox-precaching', 'workbox-routing', 'workbox-strategies']

/** The licences' full names, by their identifiers in the models' cards. */
const NAMES: Readonly<Record<string, string>> = {
  mit: 'MIT',
  'cc-by-2.0': 'CC BY 2.0',
  'cdla-sharing-1.0': 'CDLA-Sharing-1.0'
}

/** The licence that a model's card names in its first lines. */
function licenceOf(card: string): string {
  const name = /^license: (.+)$/m.exec(readFileSync(card, 'utf8'))?.[1]?.trim()
  if (!name) throw new Error(`${card} has no line 'license: …'`)
  return NAMES[name] ?? name
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[]) => row.slice(1).map((cell) => `<td>${cell}</td>`)
  return `<table>
      <thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>
      <tbody>${rows.map((row) => `<tr><th scope="row">${row[0]}</th>${cells(row).join('')}</tr>`).join('')}</tbody>
    </table>`
}

function modelTable(models: string, { licences }: SiteWords): string {
  const names = readdirSync(models).filter((name): name is keyof typeof licences.by => name in licences.by)
  return table(
    [licences.model, licences.licence, licences.data],
    names.map((name) => [
      `${name} (<a href="./models/${name}/README.md" aria-label="${name}: ${licences.card}" vite-ignore>${licences.card}</a>)`,
      licenceOf(join(models, name, 'README.md')),
      licences.by[name]
    ])
  )
}

export function licencesSite({ root, models }: { readonly root: string; readonly models: string }): Plugin {
  let outDir = ''
  // The source maps in dist/ name the packages in the library; a development server has no other bundles.
  const packages = () => bundledPackages(join(root, 'dist'))
  let used = new Set<string>()
  return {
    name: 'licences-site',
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir)
      used = new Set([...packages(), ...OF_TOOLS])
    },
    transformIndexHtml: {
      order: 'post',
      handler(html, { path, bundle = {} }) {
        const page = pageOf(fileOf(path))
        if (page?.name !== 'licences') return html
        for (const output of Object.values(bundle))
          for (const id of output.type === 'chunk' ? output.moduleIds : []) {
            const name = packageOf(id)
            if (name) used.add(name)
          }
        const words = wordsOf(page.language)
        const notices = noticesOf(used)
        return html.replace('<!-- licences of models -->', modelTable(models, words)).replace(
          '<!-- licences of software -->',
          table(
            [words.licences.package, words.licences.licence],
            notices.map(({ name, version, license }) => [`${name} ${version}`, license])
          )
        )
      }
    },
    closeBundle() {
      if (this.environment.mode !== 'build') return
      const own = readFileSync(join(root, 'LICENSE'), 'utf8').trim()
      writeFileSync(join(outDir, 'third-party.txt'), `Attenscope\n\n${own}\n\n${noticesText(noticesOf(used))}`)
    }
  }
}
