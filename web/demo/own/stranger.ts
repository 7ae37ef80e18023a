/** Servers that the link to the page chose: the page names them, and sends nothing before the reader agrees. */
import type { ModelSource } from 'attenscope'
import { find } from '../shared/find.js'
import { words as siteWords } from '../words/index.js'
import { button, make } from './make.js'

const words = siteWords.own.stranger

/** The model and the hub that the link to this page names, if it does. */
const linked = new URLSearchParams(location.search)
const linkedModel = linked.get('model')
export const linkedHub = linked.get('hub')
/** The servers that may be asked: this site, the usual hub, and those that the reader has confirmed. */
const trusted = new Set([location.origin, 'https://huggingface.co'])

/** A path with a slash or dots in front is relative to the page; other names keep their form. */
export function sourceOf(name: string): string {
  return /^\.{0,2}\//.test(name) ? new URL(name, document.baseURI).href : name
}

/** The server of an address, without the user, the path and the query. */
function originOf(address: string | null): string | undefined {
  return address !== null && URL.canParse(address) ? new URL(address).origin : undefined
}

/** The server that a source would be asked from, if a link chose that server and the reader has not confirmed it. */
export function strangerOf(source: ModelSource): string | undefined {
  if (typeof source !== 'string') return undefined
  const own = originOf(source)
  const isLinked = own === undefined || (linkedModel !== null && source === sourceOf(linkedModel))
  const origin = isLinked ? (own ?? originOf(linkedHub)) : undefined
  return origin !== undefined && trusted.has(origin) ? undefined : origin
}

/** Names the server and a button for the reader's consent. Neither a name nor a token is sent before. */
export function consentTo(origin: string, act: () => void): readonly Node[] {
  const consent = () => {
    trusted.add(origin)
    act()
  }
  const text = make('p', words.confirm(origin), { className: 'caption warning' })
  return [text, button(words.ask(origin), consent, 'primary')]
}

/** Names a hub of the link beside the field for the token. */
export function nameLinkedHub(): void {
  const hub = originOf(linkedHub)
  if (hub === undefined || trusted.has(hub)) return
  const note = find<HTMLElement>('#own-hub')
  note.textContent = words.hub(hub)
  note.hidden = false
}
