/** The page where a model is changed while it runs, with three experiments to begin with. */
import { openChangePage } from './change-page.js'
import { experiments } from './experiments.js'

openChangePage(experiments)
