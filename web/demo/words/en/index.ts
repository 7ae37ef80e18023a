/** The site's texts in English. The other catalogues have the same entries, each written for its own readers. */
import { experiments } from './experiments.js'
import { closer, figures } from './figures.js'
import { embed, frame, settings } from './frame.js'
import { learn } from './learn.js'
import { licences } from './licences.js'
import { own, room } from './own.js'
import { compare, dates, heads, pages, sentiment } from './pages.js'
import { playground } from './playground.js'
import { terms } from './terms.js'
import { tour } from './tour.js'

export const words = {
  ...{ pages, dates, sentiment, heads, compare, playground, experiments },
  ...{ learn, own, room, embed, frame, settings, licences, tour, terms, figures, closer }
}

/** The site's texts, in any of its languages. */
export type SiteWords = typeof words
