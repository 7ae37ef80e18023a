/** The page where a model decides whether a sentence is positive or negative. */
import { openModelPage } from './shared/model-page.js'

openModelPage({
  tag: 'attn-classify',
  folder: './models/sentiment/',
  name: 'sentiment',
  examples: [
    'The plot is thin, but the actors are so charming that you forgive it everything.',
    'A warm and funny film.',
    'I wanted to like it, and fell asleep after ten minutes.',
    'Not a bad idea, badly told.'
  ],
  settings: []
})
