/** The page that searches the heads that a prediction needs: it removes each head in turn. */
import { openChangePage } from './shared/change-page.js'
import { experiments } from './shared/experiments.js'

// The text of the first experiment, without its edit: the search finds the head that copies the name.
openChangePage([], experiments.find(({ model }) => model === 'stories')?.text)
