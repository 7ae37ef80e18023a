/** What the search for the heads and places that matter says. */
import { section } from './language.js'
import { plural } from './plural.js'

export const effects = section('effects', {
  heading: 'Which heads matter here?',
  action: 'Try every head',
  stop: 'Stop',
  running: (done: number, total: number) => `${done} of ${total} ${plural(total, 'head', 'heads')}`,
  measure: 'The logit of',
  contrast: 'against that of',
  failed: (said: string) => `Not tried: ${said}`,
  nothing: 'nothing',
  whatContrast: 'A token, such as “she” against “he”: the difference of the two logits is measured then',
  ablate: 'A head becomes',
  zero: 'zero',
  mean: 'its mean',
  cell: ({ layer, head }: { layer: number; head: number }, effect: string) => `Layer ${layer}, head ${head}: ${effect}`,
  place: (name: string, token: string, effect: string) => `${token}, ${name}: ${effect}`,
  click: 'A row is a layer, a column a head. Click one to change it for good.',
  loss: (work: string) => `All of it took ${work} of so many whole runs: they share the layers below the head.`,
  legend: 'Change of the logit without the head',
  patchHeading: 'Where does another text make the difference?',
  otherText: 'Another text with as many tokens',
  patchAction: 'Try every place',
  runningPlaces: (done: number, total: number) => `${done} of ${total} ${plural(total, 'place', 'places')}`,
  rows: 'A row is what leaves a layer, the embedding first; a column is a token. Click a place to patch it.',
  embedding: 'in',
  legendOfPatch: 'Change of the logit with the other text’s vector there',
  whole: (other: string) => `The other text’s own logit is ${other} from this one’s.`,
  caveat:
    'What this shows: how the prediction changes when one head is cut out. What it does not show: that the head’s attention explains the prediction. Very different attention can give the same prediction (Jain & Wallace 2019), though that alone does not make it meaningless (Wiegreffe & Pinter 2019). And a model without a head is off the path it was trained on: other heads may do more than they ever did, or two heads may each stand in for the other, so that neither seems to matter.'
})
