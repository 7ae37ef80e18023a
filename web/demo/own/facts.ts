/** Shows the inspection of a model, with the choice of its weight format and a button that loads it. */
import type { Dtype, ModelInspection } from 'attenscope'
import { bytes } from 'attenscope/elements'
import { fits, heldBytes, roomOn, thisDevice } from '../shared/room.js'
import { words as siteWords } from '../words/index.js'
import { button, make } from './make.js'

const words = siteWords.own

type Form = Exclude<Dtype, 'auto'>

/** `load` starts the load with the chosen weight format. */
export function factsOf(inspection: ModelInspection, name: string, load: (dtype: Dtype) => void): readonly Node[] {
  const { info, storedBytes, family } = inspection
  const { facts } = words
  const rows: readonly (readonly [string, string])[] = [
    [facts.model, name],
    [facts.does, words.family(family, info.kind)],
    [facts.shape, words.shape(info.L, info.N, info.C)],
    [facts.parameters, info.parameters.toLocaleString('en')],
    [facts.download, bytes(storedBytes)],
    ...(info.hasTokenizer ? [] : [[facts.tokenizer, words.noTokenizer] as const])
  ]
  const room = roomOn(thisDevice())
  const heldAs = ['f32', 'f16', 'int8'] as const
  const sizeOf = (form: Form) => heldBytes(inspection, form)
  // The most exact format that fits.
  const first = heldAs.find((form) => fits(sizeOf(form), room)) ?? 'int8'
  const choices = heldAs.map((form) => {
    const box = make('input', '', { type: 'radio', name: 'form', value: form, checked: form === first })
    return make('label', [box, make('span', `${words.forms[form]}, ${bytes(sizeOf(form))}`)])
  })
  const forms = make('fieldset', choices, { ariaLabel: facts.held })
  const list = make(
    'dl',
    [...rows, [facts.held, [forms]] as const].flatMap(([term, value]) => [make('dt', term), make('dd', value)]),
    { className: 'facts' }
  )
  const chosen = () => (forms.querySelector<HTMLInputElement>('input:checked')?.value ?? 'f32') as Form
  const start = button(words.load, () => load(chosen()), 'primary')
  const warning = make('p', '', { className: 'caption warning' })
  warning.setAttribute('role', 'status')
  const warn = () => {
    const size = sizeOf(chosen())
    warning.textContent = fits(size, room) ? '' : siteWords.room.tooLarge(bytes(size), bytes(room))
    start.textContent = fits(size, room) ? words.load : siteWords.room.loadAllTheSame
  }
  forms.addEventListener('change', warn)
  warn()
  return [list, warning, start]
}
