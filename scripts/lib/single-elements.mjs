// The elements that have an entry of their own in the package: what web/elements/define.ts registers.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './paths.mjs'

export const singleElements = [
  ...readFileSync(join(root, 'web/elements/define.ts'), 'utf8').matchAll(/from '\.\/([\w-]+)\.js'/g)
].map(([, name = '']) => name)
