// Builds the npm package attenscope-models into build/attenscope-models: the folders of models/, with a page made from their cards.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { main, step } from './lib/log.mjs'
import { buildDir, root } from './lib/paths.mjs'

const models = join(root, 'models')
export const modelsPackage = join(buildDir, 'attenscope-models')

/** SPDX's names of the licences in the cards. */
const licences = { mit: 'MIT', 'cc-by-2.0': 'CC-BY-2.0', 'cdla-sharing-1.0': 'CDLA-Sharing-1.0' }

/** The name of a model, its licence, and the first sentence of its card. */
function readCard(name) {
  const card = readFileSync(join(models, name, 'README.md'), 'utf8')
  const licence = licences[/^license: (.+)$/m.exec(card)?.[1]]
  if (!licence) throw new Error(`models/${name}/README.md has no line 'license: …' with a known licence`)
  const [, first = ''] = /^# .*\n\n([^]*?\.)\s/m.exec(card) ?? []
  return { name, licence, about: first.replaceAll('\n', ' ') }
}

const readme = (cards, { version, repository }) => `# Models of Attenscope

Small Transformers and LSTMs in Hugging Face's format, for [attenscope](https://www.npmjs.com/package/attenscope), which runs them in
a web page and shows every attention weight.

| folder | licence | content |
| --- | --- | --- |
${cards.map(({ name, licence, about }) => `| \`${name}\` | ${licence} | ${about} |`).join('\n')}

Each folder has a \`README.md\` with the model's data, training and evaluation.

A page fetches a model from its own server, if you copy the folder there, or from a CDN that serves npm's packages:

\`\`\`html
<attn-heads model="https://cdn.jsdelivr.net/npm/attenscope-models@${version}/stories/" text="The cat sat down."></attn-heads>
\`\`\`

Node reads the folder itself:

\`\`\`js
const model = await loadModel('node_modules/attenscope-models/stories')
\`\`\`

The models are made and tested in [Attenscope's repository](${repository}).
`

/** A card whose links to the repository's files are absolute: these files are not in the package. */
function withAbsoluteLinks(card, name, repository) {
  return card.replace(/(?<=\]\()(?!https?:|#)[^)\s]+/g, (target) => {
    const { pathname, hash } = new URL(target, `https://repository/models/${name}/`)
    return `${repository}/blob/main${pathname}${hash}`
  })
}

/** Writes the package. Its version, author and addresses are those of the library. */
export function buildModels() {
  const library = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const cards = readdirSync(models).map(readCard)
  rmSync(modelsPackage, { recursive: true, force: true })
  mkdirSync(modelsPackage, { recursive: true })
  cpSync(models, modelsPackage, { recursive: true })
  cpSync(join(root, 'LICENSE'), join(modelsPackage, 'LICENSE'))
  const { version, author, homepage, bugs, repository } = library
  const address = repository.url.replace(/^git\+|\.git$/g, '')
  for (const { name } of cards) {
    const card = join(modelsPackage, name, 'README.md')
    writeFileSync(card, withAbsoluteLinks(readFileSync(card, 'utf8'), name, address))
  }
  const manifest = {
    name: 'attenscope-models',
    version,
    description: 'Small models for Attenscope: stories, translation, sentiment and dates.',
    keywords: ['attention', 'transformer', 'safetensors', 'attenscope'],
    license: [...new Set(cards.map(({ licence }) => licence))].sort().join(' AND '),
    ...{ author, repository, homepage, bugs },
    files: cards.map(({ name }) => name),
    exports: { './*': './*' }
  }
  writeFileSync(join(modelsPackage, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  writeFileSync(join(modelsPackage, 'README.md'), readme(cards, { version, repository: address }))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main(async () => {
    buildModels()
    step('build/attenscope-models is up to date')
  })
}
