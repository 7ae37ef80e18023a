/** The page where a language model writes a story. */
import { openModelPage } from './shared/model-page.js'

openModelPage({
  tag: 'attn-generate',
  folder: './models/stories/',
  name: 'stories',
  examples: [
    'Once upon a time there was a little dog named',
    'Lily found a shiny key under the old tree. She',
    'Tom and his sister were playing in the park when'
  ],
  settings: ['seed', 'temperature', 'topK', 'pace']
})
