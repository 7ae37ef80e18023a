/** The page where a model translates from English into Chinese. */
import { openModelPage } from './shared/model-page.js'

openModelPage({
  tag: 'attn-translate',
  folder: './models/translate/',
  name: 'translate',
  examples: [
    'The cat is sleeping under the old tree.',
    'Where is the nearest railway station?',
    'I bought a new book yesterday.',
    'She has been learning Chinese for three years.'
  ],
  settings: ['beams']
})
