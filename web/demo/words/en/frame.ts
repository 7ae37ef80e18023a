/** The texts around every page: its head and foot, the settings, and the page for frames. */
import { byHand } from '../by-hand.js'

export const frame = {
  skip: 'Skip to the main control',
  again: 'Try again',
  pages: 'Pages',
  choose: 'Choose model files…',
  orDrop: (files: string) => `${byHand('or drop a model folder on the page.', '')} ${files} The page uploads nothing.`,
  gallery: 'All views in all states',
  licences: 'Licences and credits',
  model: (name: string) => `Model: ${name}`,
  cost: (files: string, memory: string, elapsedMs: string) =>
    `The model has ${files} of files, uses ${memory} of memory and loaded in ${elapsedMs} ms.`,
  newer: 'A new version of this site is ready.',
  takeNewer: 'Update now',
  takingNewer: 'Updating the site…'
}

export const embed = {
  noElement: (name: string) => `There is no element “${name}”. Check the name in the address.`,
  noModel: (name: string) => `This site has no model “${name}”. Check the name in the address.`,
  noTrace: (name: string) => `This site has no saved run “${name}”. Check the name in the address.`
}

export const settings = {
  label: 'Settings',
  theme: { label: 'Theme', options: { system: 'system', light: 'light', dark: 'dark' } },
  scale: { label: 'Colour scale', options: { linear: 'linear', log: 'logarithmic' } },
  dtype: {
    label: 'Weight format',
    options: { auto: 'as in the file', f32: 'float32', f16: 'float16', int8: '8 bits' }
  },
  threads: { label: 'Threads' },
  about:
    'This browser keeps the settings. More than one thread needs a server that isolates its pages. A small model becomes only a little faster.'
}
