/** The site's texts in Simplified Chinese. */
import type { SiteWords } from '../en/index.js'
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

export const words: SiteWords = {
  ...{ pages, dates, sentiment, heads, compare, playground, experiments },
  ...{ learn, own, room, embed, frame, settings, licences, tour, terms, figures, closer }
}
