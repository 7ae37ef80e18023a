/** The page that asks which heads a prediction hangs on: each is taken out in turn. */
import { openChangePage } from './shared/change-page.js'
import { experiments } from './shared/experiments.js'

// The text whose name one head fetches, with nothing changed: the search is to find that head.
openChangePage([], experiments.find(({ model }) => model === 'stories')?.text)
