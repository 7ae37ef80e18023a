/**
 * The package's page for frames, dist/embed.html: shows one element with a saved trace (`src`) or a model and a text of
 * one's own. It shows a message in place of the element if the address asks for something that the page does not know.
 */

import 'attenscope/elements'
import { elementOf, embeddable, takes, unknownFields, type Asked } from './address.js'
import { fileAddress, modelAddress } from './checked-address.js'
import { messageOf, showFrame } from './frame.js'
import { wordsFor, type EmbedWords } from './words.js'

/** The first thing that is wrong with the address; undefined if nothing is. */
function faultOf(asked: Asked, from: { model?: string | undefined; src?: string | undefined }, words: EmbedWords) {
  const { element, sources, attributes } = asked
  if (!embeddable.includes(element)) return words.noElement(element)
  const unknown = unknownFields(asked).concat(sources.trace === undefined ? [] : ['trace'])
  for (const name of ['model', 'src'] as const) {
    if (sources[name] === undefined) continue
    if (!takes(element, name)) unknown.push(name)
    else if (from[name] === undefined) return words.badAddress(name)
  }
  if (unknown.length > 0) return words.unknown(unknown.map((name) => `“${name}”`).join(', '))
  if (!takes(element, 'model')) return undefined
  if (!takes(element, 'src')) return from.model === undefined ? words.noModel : undefined
  const hasText = from.model !== undefined && attributes.has('text')
  return from.src === undefined && !hasText ? words.noSource : undefined
}

const place = document.querySelector('#shown')
if (!place) throw new Error('embed.html has no element #shown')
showFrame(place, (asked) => {
  const { model, src } = asked.sources
  const from = {
    ...(model !== undefined && { model: modelAddress(model, location.href) }),
    ...(src !== undefined && { src: fileAddress(src, location.href) })
  }
  const fault = faultOf(asked, from, wordsFor(document.documentElement.lang))
  return fault === undefined ? elementOf(asked, from as { model?: string; src?: string }) : messageOf(fault)
})
