/** The page where a model is changed while it runs, with three experiments to begin with. */
import { openChangePage } from './shared/change-page.js'
import { experiments } from './shared/experiments.js'

openChangePage(experiments)
