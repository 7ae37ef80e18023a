/** Shows one element of the site, as the address asks, in a frame of another page. */
import 'attenscope/elements'
import { elementOf, takes, type Asked } from '../embed/address.js'
import { messageOf, showFrame } from '../embed/frame.js'
import { missingOf, modelFor, traceFor } from './shared/embedded.js'
import { words } from './words/index.js'

function contentOf(asked: Asked): HTMLElement {
  const missing = missingOf(asked)
  if (missing) return messageOf(words.embed[missing.what](missing.name))
  const trace = traceFor(asked)
  const isControl = takes(asked.element, 'autostart')
  if (trace !== undefined && !isControl) return elementOf(asked, { src: `./traces/${trace}.safetensors` })
  return elementOf(asked, { model: `./models/${modelFor(asked)}/` })
}

showFrame(document.querySelector('#shown')!, contentOf)
