/** What the elements for authors compute: how far a prediction is from the weights, and the lines that copy a figure. */
import { describe, expect, it } from 'vitest'
import { copyKinds, copyOf, frameAddress } from '../../web/elements/author/figure-copies.js'
import { inPlace, misplaced, shares, topOf } from '../../web/elements/author/prediction.js'

describe('a prediction', () => {
  const weights = [0.1, 0.6, 0.3]

  it('of the largest weight', () => {
    expect(topOf(weights)).toBe(1)
  })

  it('of an order counts the tokens in their places', () => {
    expect(inPlace([1, 2, 0], weights)).toBe(3)
    expect(inPlace([2, 1, 0], weights)).toBe(1)
    expect(inPlace([0, 1, 2], weights)).toBe(0)
    // Some of the tokens, and tokens of equal weight.
    expect(inPlace([2, 0], weights)).toBe(2)
    expect(inPlace([1, 0, 2], [0.2, 0.4, 0.4])).toBe(1)
    expect(inPlace([2, 1, 0], [0.2, 0.4, 0.4])).toBe(3)
  })

  it('of a row counts the attention that lies elsewhere, by hand', () => {
    expect(misplaced(weights, weights)).toBeCloseTo(0, 12)
    // The guess 2 : 1 : 1 is 0.5, 0.25, 0.25. Differences 0.4, 0.35, 0.05; half their sum is 0.4.
    expect(misplaced([2, 1, 1], weights)).toBeCloseTo(0.4, 12)
    expect(misplaced([0, 0, 5], [1, 0, 0])).toBeCloseTo(1, 12)
    expect(shares([0, 0])).toEqual([0.5, 0.5])
  })
})

describe('a copied figure', () => {
  const heads = {
    name: 'heads',
    attributes: { src: 'https://a.example/run.safetensors?a=1&b=2', layer: 3, head: 0, held: 7, text: undefined }
  }
  const figure = {
    caption: 'What “He” looks at: <b>"Tom"</b> [0]',
    views: [heads, { name: 'matrix', attributes: { layer: 3 } }],
    address: 'https://a.example/embed.html?element=heads&layer=3',
    height: 320
  }

  it('is one line of HTML', () => {
    expect(copyOf('html', figure)).toBe(
      '<attn-figure caption="What “He” looks at: &lt;b>&quot;Tom&quot;&lt;/b> [0]">' +
        '<attn-heads src="https://a.example/run.safetensors?a=1&amp;b=2" layer="3" head="0" held="7"></attn-heads>' +
        '<attn-matrix layer="3"></attn-matrix></attn-figure>'
    )
    expect(copyOf('html', { ...figure, script: './elements.js' })).toMatch(
      /^<script type="module" src="\.\/elements\.js"><\/script><attn-figure /
    )
  })

  it('is a frame, a link, and a block of each format', () => {
    const frame =
      '<iframe src="https://a.example/embed.html?element=heads&amp;layer=3" title="What “He” looks at: &lt;b>&quot;Tom&quot;&lt;/b> [0]" loading="lazy" style="border: 0; width: 100%; height: 320px"></iframe>'
    expect(copyOf('iframe', figure)).toBe(frame)
    expect(copyOf('markdown', figure)).toBe(
      String.raw`[What “He” looks at: \<b\>"Tom"\</b\> \[0\]](<https://a.example/embed.html?element=heads&layer=3>)`
    )
    expect(copyOf('markdown', { ...figure, caption: 'C', picture: 'https://a.example/p.svg' })).toBe(
      '[![C](<https://a.example/p.svg>)](<https://a.example/embed.html?element=heads&layer=3>)'
    )
    expect(copyOf('myst', { ...figure, caption: 'C' })).toBe(
      ':::{iframe} https://a.example/embed.html?element=heads&layer=3\n:width: 100%\nC\n:::'
    )
    expect(copyOf('quarto', figure)).toBe(`\`\`\`{=html}\n${frame}\n\`\`\``)
    expect(copyOf('notebook', figure)).toBe(
      'from IPython.display import IFrame; IFrame("https://a.example/embed.html?element=heads&layer=3", width="100%", height=320)'
    )
  })

  it('never leaves its place, whatever the caption has', () => {
    const hostile = { ...figure, caption: '"><script>alert(1)</script>\n:::\n```', height: 1 }
    for (const kind of copyKinds) expect(copyOf(kind, hostile), kind).not.toContain('<script>')
    expect(copyOf('myst', hostile).split('\n')).toHaveLength(4)
    expect(copyOf('quarto', hostile).split('\n')).toHaveLength(3)
  })

  it('has an address that the page for frames reads', () => {
    const address = new URL(frameAddress('https://a.example/embed.html', heads))
    expect(Object.fromEntries(address.searchParams)).toEqual({
      ...{ element: 'heads', src: 'https://a.example/run.safetensors?a=1&b=2' },
      ...{ layer: '3', head: '0', held: '7' }
    })
  })
})
