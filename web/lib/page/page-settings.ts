/** The settings that all loads of a page share, so that elements, which take no options of a load, follow them too. */

import { onPage } from '../../shared/on-page.js'
import type { PageSettings } from '../types/index.js'
import { checkPageSettings } from './options.js'

const settings = () => onPage<PageSettings>('settings', () => ({}))

/**
 * Sets the thread of the engine and the addresses of the package's files for every later load of the page, by elements too.
 * An option of a single load comes first. A setting that is `undefined` returns to its default; a setting that is absent stays.
 * Throws 'option' for an unknown or wrong setting.
 */
export function configure(changes: PageSettings): void {
  checkPageSettings(changes)
  Object.assign(settings(), changes)
}

/** The page's settings. */
export function pageSettings(): Readonly<PageSettings> {
  return settings()
}
