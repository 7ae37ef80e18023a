/** The views of the reader's own model, with the control for its task, and their part of the address. */
import type { Model } from 'attenscope'
import { selectionFor, type HeadRef } from 'attenscope/elements'
import { applyLink, applySelection, linkOf, selectionLink, settingsOf, type Linked } from '../shared/control-link.js'
import { find } from '../shared/find.js'
import { readLink, writeLink } from '../shared/link-state.js'
import { linkWriter } from '../shared/link-writer.js'
import { tellingHead } from '../shared/telling-head.js'

/** The control for each task; a model with another task only reads a text and shows its attention. */
const controls = {
  'causal-lm': 'attn-generate',
  'seq2seq-lm': 'attn-translate',
  'sequence-classification': 'attn-classify'
} as const

type ControlTag = (typeof controls)[keyof typeof controls]

const settings = ['seed', 'temperature', 'topK', 'pace', 'beams'] as const
const firstText = 'Once upon a time there was a little dog named'
const group = 'own'

const figure = find<HTMLElement>('#own-figure')
const heads = find<HTMLElementTagNameMap['attn-heads']>(`attn-heads[group="${group}"]`)
const selection = selectionFor(group)

/** The control with its state; undefined for a model that only reads. */
let linked: Linked | undefined
/** The head that the model opens on; undefined until its first attention has been read. */
let firstHead: HeadRef | undefined

/** Shows the model's views in the state of the address. */
export function showFigure(model: Model): void {
  const { task } = model.info
  firstHead = undefined
  if (task in controls) {
    const control = makeControl(controls[task as keyof typeof controls], model)
    linked = { control, selection, firstText, firstSettings: settingsOf(control, settings) }
    applyLink(linked, readLink(location.hash))
    figure.prepend(control)
  } else {
    applySelection(selection, readLink(location.hash))
    Object.assign(heads, { model, text: firstText })
  }
  figure.hidden = false
}

export function hideFigure(): void {
  figure.hidden = true
  linked?.control.remove()
  linked = undefined
  heads.model = undefined
  heads.text = ''
  selection.show(undefined)
}

function makeControl(tag: ControlTag, model: Model): Linked['control'] {
  const made = document.createElement(tag)
  Object.assign(made, { id: 'own-control', group, controlsOnly: true, autostart: true })
  made.className = 'controls'
  made.model = model
  return made
}

/** Opens the model on the head with most to see, unless the address names a head. */
function chooseFirstHead(): void {
  const { source } = selection
  if (figure.hidden || firstHead || !source) return
  firstHead = tellingHead(source)
  if (!firstHead) return
  if (linked) linked = { ...linked, firstHead }
  const { layer, head } = readLink(location.hash)
  if (layer === undefined && head === undefined) selection.choose(firstHead)
}

const rememberInLink = linkWriter(() => writeLink(linked ? linkOf(linked) : selectionLink(selection)))

for (const event of ['attn-settings', 'attn-selection'])
  document.addEventListener(event, () => !figure.hidden && rememberInLink())
window.addEventListener('hashchange', () => {
  if (figure.hidden) return
  const state = readLink(location.hash)
  if (!linked) applySelection(selection, state, firstHead)
  else if (applyLink(linked, state)) linked.control.run()
})
selection.addEventListener('change', chooseFirstHead)
