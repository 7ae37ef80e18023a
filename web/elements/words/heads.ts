/** The texts of the view of a text’s attention. */
import type { Part } from 'attenscope'
import { html, type TemplateResult } from 'lit'
import { byHand } from './by-hand.js'
import { section } from './language.js'

/** A word of the page’s text, already set, or several. */
type Set = TemplateResult | readonly TemplateResult[]

/** Only a decoder looks back. */
const looks = (part: Part) => (part === 'decoder' ? 'looks back at' : 'looks at')

export const heads = section('heads', {
  label: 'The text, token by token. Arrow keys move, Enter locks a token, Escape unlocks it.',
  labelOfTwo:
    'Two texts, token by token. Left and right move within one, up and down between them, Enter locks a token, Escape unlocks it.',
  widths: 'A wider line means a larger weight',
  tints: 'A darker word means a larger weight',
  read: 'Source text',
  written: 'Written text',
  idle: (part: Part, head: string | undefined) =>
    `${head === undefined ? '' : `${head}. `}${byHand('Point at', 'Tap')} a word to see what it ${looks(part)}${byHand('; click to lock it', '')}.`,
  unread: (token: Set) => html`The model has just written ${token} and has not read it yet.`,
  /** Which head, where there are several. */
  within: (head: string) => `In ${head.charAt(0).toLowerCase()}${head.slice(1)}, `,
  looks: (token: Set, keys: Set, part: Part) => html`${token} ${looks(part)} ${keys}.`,
  lookedAt: (token: Set, queries: Set) => html`${token} is looked at by ${queries}.`,
  cannotSee: (token: Set) => html`${token} cannot see the tokens after it.`,
  compares: (token: Set, key: Set, weight: string, name: string, part: Part) =>
    html`${token} ${looks(part)} ${key} with <b>${weight}</b> of its attention: ${name}`,
  pooled: (keys: Set) =>
    html`The most attention goes to ${keys}.
    ${byHand('Point at a word to see its share; click to lock it.', 'Tap a word to see its share.')}`,
  carries: (token: Set, weight: string, name: string) => html`${token} gets <b>${weight}</b> of the attention: ${name}`
})
