/** What the view of a text’s attention says. */
import type { Part } from 'attenscope'
import { html, type TemplateResult } from 'lit'
import { section } from './language.js'

/** A word of the page’s text, already set, or several. */
type Set = TemplateResult | readonly TemplateResult[]

/** Only a decoder looks back. */
const looks = (part: Part) => (part === 'decoder' ? 'looks back at' : 'looks at')

export const heads = section('heads', {
  label: 'The text, token by token. Arrow keys move, Enter holds a token, Escape lets go.',
  labelOfTwo:
    'Two texts, token by token. Left and right move within one, up and down between them, Enter holds, Escape lets go.',
  widths: 'A line’s width is its weight',
  tints: 'A word’s tint is its weight',
  read: 'The text that was read',
  written: 'The text that is written',
  idle: (part: Part, head: string | undefined) =>
    `${head === undefined ? '' : `${head}. `}Point at a word to see what it ${looks(part)}; click to hold it.`,
  unread: (token: Set) => html`${token} has just been written; the model has not read it yet.`,
  /** Which head, where there are several. */
  within: (head: string) => `In ${head.charAt(0).toLowerCase()}${head.slice(1)}, `,
  looks: (token: Set, keys: Set, part: Part) => html`${token} ${looks(part)} ${keys}.`,
  lookedAt: (token: Set, queries: Set) => html`${token} is looked at by ${queries}.`,
  cannotSee: (token: Set) => html`${token} cannot see what comes after it.`,
  compares: (token: Set, key: Set, weight: string, name: string, part: Part) =>
    html`${token} ${looks(part)} ${key} with <b>${weight}</b> of its attention: ${name}`,
  pooled: (keys: Set) => html`The verdict hangs most on ${keys}. Point at a word for its share; click to hold it.`,
  carries: (token: Set, weight: string, name: string) =>
    html`${token} carries <b>${weight}</b> of the attention: ${name}`
})
