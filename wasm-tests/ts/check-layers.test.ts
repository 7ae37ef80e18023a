/** The check of layers finds what it promises to find. */

import { describe, expect, it } from 'vitest'

import { circles as find } from '../../scripts/check-layers.mjs'

const circles = find as (texts: Readonly<Record<string, string>>) => readonly { readonly why: string }[]

describe('circles of value imports', () => {
  it('are found over several files, and told as the way round', () => {
    const found = circles({
      'web/a.ts': "import { b } from './sub/b.js'",
      'web/sub/b.ts': "import '../c.js'",
      'web/c.ts': "export {\n  type A,\n  a\n} from './a.js'",
      'web/d.ts': "import { a } from './a.js'"
    })
    expect(found.map(({ why }) => why)).toEqual(['web/a.ts → web/sub/b.ts → web/c.ts → web/a.ts'])
  })

  it('are none where a link carries types alone', () => {
    for (const link of [
      "import type { A } from './a.js'",
      "import { type A } from './a.js'",
      "export type * from './a.js'"
    ])
      expect(circles({ 'web/a.ts': "import { b } from './b.js'", 'web/b.ts': link }), link).toEqual([])
  })

  it('may be of one file', () => expect(circles({ 'web/a.ts': "export * from './a.js'" })).toHaveLength(1))
})
