/** The page where a model reads dates as people write them. */
import { openModelPage } from './shared/model-page.js'
import { words } from './words/index.js'

openModelPage({
  tag: 'attn-translate',
  folder: './models/dates/',
  name: 'dates',
  examples: words.dates.examples,
  settings: []
})
