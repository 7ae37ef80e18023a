// Writes attenscope/react and attenscope/vue: entries that register the elements and give their types to a framework.
import { cpSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './paths.mjs'

const folder = join(root, 'web/frameworks')

/** Writes an entry for each declaration file of web/frameworks, beside elements.js. */
export function writeFrameworkEntries(dist) {
  for (const file of readdirSync(folder)) {
    cpSync(join(folder, file), join(dist, file))
    writeFileSync(join(dist, file.replace('.d.ts', '.js')), "import './elements.js'\n")
  }
}
