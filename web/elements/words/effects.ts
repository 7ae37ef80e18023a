/** The texts of the search for the heads and positions that matter. */
import { byHand } from './by-hand.js'
import { section } from './language.js'
import { plural } from './plural.js'

export const effects = section('effects', {
  heading: 'Which heads matter here?',
  action: 'Try every head',
  stop: 'Stop',
  running: (done: number, total: number) => `${done} of ${total} ${plural(total, 'head', 'heads')}`,
  measure: 'The logit of',
  contrast: 'minus the logit of',
  failed: (said: string) => `The search failed: ${said}`,
  nothing: 'none',
  whatContrast: 'A second token, such as “he” for “she”. The search then measures the difference of the two logits',
  ablate: 'Replace a head by',
  zero: 'zero',
  mean: 'its mean',
  cell: ({ layer, head }: { layer: number; head: number }, effect: string) => `Layer ${layer}, head ${head}: ${effect}`,
  place: (name: string, token: string, effect: string) => `${token}, ${name}: ${effect}`,
  click: `A row is a layer, a column is a head. ${byHand('Click', 'Tap')} a head to edit it.`,
  loss: (work: string) =>
    `The search took ${work} of the work of as many full runs, because the runs share the layers below the head.`,
  legend: 'Change of the logit without the head',
  patchHeading: 'Where does another text change the prediction?',
  otherText: 'Another text with as many tokens',
  patchAction: 'Try every position',
  runningPlaces: (done: number, total: number) => `${done} of ${total} ${plural(total, 'position', 'positions')}`,
  rows: `A row is the output of a layer, the embedding first; a column is a token. ${byHand('Click', 'Tap')} a cell to patch it.`,
  embedding: 'in',
  legendOfPatch: 'Change of the logit with the other text’s vector',
  whole: (other: string) => `The other text’s own logit differs by ${other}.`,
  caveat:
    'The search shows how the prediction changes when one head is removed. It does not show that the head’s attention explains the prediction. Very different attention can give the same prediction (Jain & Wallace 2019), but this alone does not make attention meaningless (Wiegreffe & Pinter 2019). The model was never trained without the head, so other heads may do more than usual. Two heads can also replace each other; then neither head seems to matter.'
})
