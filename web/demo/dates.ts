/** The page where a model reads dates as people write them. */
import { openModelPage } from './model-page.js'

openModelPage({
  tag: 'attn-translate',
  folder: './models/dates/',
  name: 'dates',
  examples: ['Tuesday, 3 March 2026', 'the 21st of Nov, 1998', '2008年8月8日', '二〇一二年十二月三十一日', '07/04/76'],
  settings: []
})
