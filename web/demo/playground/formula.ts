/** A recipe's formula in MathML, for query i and key j. */
import { html, mathml, type MathMLTemplateResult, type TemplateResult } from 'lit'
import { words as siteWords } from '../words/index.js'
import { REACH, SOFTCAP, STRIDE, type Recipe } from './recipe.js'

const words = siteWords.playground
const sub = (letter: string, index: string) =>
  mathml`<msub><mi>${letter}</mi><mrow>${Array.from(index, (each) => mathml`<mi>${each}</mi>`)}</mrow></msub>`
const fraction = (above: unknown, below: unknown) => mathml`<mfrac><mrow>${above}</mrow><mrow>${below}</mrow></mfrac>`
const call = (name: string, inner: unknown) =>
  mathml`<mi>${name}</mi><mo>&#8289;</mo><mrow><mo>(</mo>${inner}<mo>)</mo></mrow>`
const times = mathml`<mo>⋅</mo>`
/** A word between two terms. */
const between = (word: string) => mathml`<mtext>&nbsp;${word}&nbsp;</mtext>`
const row = (...parts: readonly unknown[]) => mathml`<mrow>${parts}</mrow>`

/** A query or a key with its position applied. */
function placed(letter: 'q' | 'k', index: string, encoding: Recipe['encoding']): MathMLTemplateResult {
  if (encoding === 'rotary') return row(sub('R', index), sub(letter, index))
  if (encoding === 'sinusoidal')
    return row(mathml`<mo>(</mo>`, sub(letter, index), mathml`<mo>+</mo>`, sub('p', index), mathml`<mo>)</mo>`)
  return sub(letter, index)
}

function score({ score, encoding }: Recipe): MathMLTemplateResult {
  const q = placed('q', 'i', encoding)
  const k = placed('k', 'j', encoding)
  const product = row(q, times, k)
  const length = (of: MathMLTemplateResult) => row(mathml`<mo>‖</mo>`, of, mathml`<mo>‖</mo>`)
  switch (score) {
    case 'dot':
      return product
    case 'scaled-dot':
      return fraction(product, mathml`<msqrt><mi>H</mi></msqrt>`)
    case 'cosine':
      return fraction(product, row(length(q), length(k)))
    case 'general':
      return row(mathml`<msup><mrow>${q}</mrow><mo>⊤</mo></msup>`, mathml`<mi>W</mi>`, k)
    case 'additive':
      return row(mathml`<msup><mi>w</mi><mo>⊤</mo></msup>`, call('tanh', row(q, mathml`<mo>+</mo>`, k)))
  }
}

function squashed(recipe: Recipe): MathMLTemplateResult {
  const inner = score(recipe)
  if (recipe.squash === 'tanh') return call('tanh', inner)
  if (recipe.squash === 'softcap')
    return row(mathml`<mn>${SOFTCAP}</mn>`, times, call('tanh', fraction(inner, mathml`<mn>${SOFTCAP}</mn>`)))
  return inner
}

const stride = mathml`<mn>${STRIDE}</mn>`
const near = mathml`<mi>i</mi><mo>−</mo><mi>j</mi><mo>&lt;</mo>${stride}`
const block = (index: string) => mathml`<mo>⌊</mo><mi>${index}</mi><mo>/</mo>${stride}<mo>⌋</mo>`
const sameBlock = mathml`${block('i')}<mo>=</mo>${block('j')}`
const either = (one: unknown, other: unknown) => mathml`<mo>∧</mo><mo>(</mo>${one}<mo>∨</mo>${other}<mo>)</mo>`

/** The condition for a key that the query sees. */
function seen({ mask }: Recipe): MathMLTemplateResult | undefined {
  const condition = (...parts: readonly unknown[]) => row(...parts)
  const order = mathml`<mi>j</mi><mo>≤</mo><mi>i</mi>`
  switch (mask) {
    case 'none':
      return undefined
    case 'causal':
      return condition(order)
    case 'window':
      return condition(mathml`<mi>i</mi><mo>−</mo><mn>${REACH}</mn><mo>≤</mo>`, order)
    case 'strided':
      return condition(order, either(near, mathml`${stride}<mo>∣</mo><mi>i</mi><mo>−</mo><mi>j</mi>`))
    case 'fixed':
      return condition(
        order,
        either(sameBlock, mathml`<mi>j</mi><mo>mod</mo>${stride}<mo>=</mo><mn>${STRIDE - 1}</mn>`)
      )
  }
}

function weight({ normalizer }: Recipe): MathMLTemplateResult {
  const s = sub('s', 'ij')
  switch (normalizer) {
    case 'softmax':
      return fraction(
        mathml`<msup><mi>e</mi>${s}</msup>`,
        mathml`<munder><mo>∑</mo><mi>l</mi></munder
          ><msup><mi>e</mi>${sub('s', 'il')}</msup>`
      )
    case 'sigmoid':
      return fraction(
        mathml`<mn>1</mn>`,
        mathml`<mn>1</mn><mo>+</mo
          ><msup
            ><mi>e</mi><mrow><mo>−</mo>${s}</mrow></msup
          >`
      )
    case 'tanh':
      return call('tanh', s)
    case 'sparsemax':
      return row(
        mathml`<mo>max</mo><mo>(</mo><mn>0</mn><mo>,</mo>`,
        s,
        mathml`<mo>−</mo>`,
        sub('τ', 'i'),
        mathml`<mo>)</mo>`
      )
    case 'entmax15':
      return mathml`<msup
        ><mrow
          ><mo>max</mo><mo>(</mo><mn>0</mn><mo>,</mo>${fraction(s, mathml`<mn>2</mn>`)}<mo>−</mo>${sub('τ', 'i')}<mo
            >)</mo
          ></mrow
        ><mn>2</mn></msup
      >`
    case 'hard':
      return row(
        mathml`<mn>1</mn>${between(words.when)}`,
        s,
        mathml`<mo>=</mo><munder><mo>max</mo><mi>l</mi></munder>`,
        sub('s', 'il')
      )
    case 'none':
      return s
  }
}

const line = (left: unknown, right: unknown) =>
  html`<math display="block"><mrow>${left}<mo>=</mo>${right}</mrow></math>`

/** Score, mask, weight and output, one line each; recipe-view.ts explains the letters. */
export function formulaOf(recipe: Recipe): TemplateResult {
  const condition = seen(recipe)
  const bias = mathml`<mo>−</mo><mi>m</mi><mo>⋅</mo><mrow><mo>(</mo><mi>i</mi><mo>−</mo><mi>j</mi><mo>)</mo></mrow>`
  const s = recipe.encoding === 'alibi' ? row(squashed(recipe), bias) : squashed(recipe)
  return html`${line(sub('s', 'ij'), s)}
  ${
    condition
      ? html`<math display="block"
          ><mrow
            >${sub('s', 'ij')}<mo>=</mo><mrow><mo>−</mo><mo>∞</mo></mrow
            >${between(words.unless)}${condition}</mrow
          ></math
        >`
      : ''
  }
  ${line(sub('α', 'ij'), weight(recipe))}
  ${line(
    sub('o', 'i'),
    mathml`<munder><mo>∑</mo><mi>j</mi></munder
      >${sub('α', 'ij')}${sub('v', 'j')}`
  )}`
}
