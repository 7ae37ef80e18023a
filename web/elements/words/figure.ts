/** The texts of a numbered figure. */
import { section } from './language.js'

export const figure = section('figure', {
  number: (number: number) => `Figure ${number}.`,
  reset: 'Back to the author’s view',
  copy: 'Use this figure',
  kinds: {
    html: 'HTML',
    iframe: 'iframe',
    markdown: 'Markdown',
    myst: 'MyST',
    quarto: 'Quarto',
    notebook: 'Notebook'
  },
  titles: {
    html: 'One line of HTML, for a page that has this package',
    iframe: 'One line of HTML, for any page',
    markdown: 'A link, with a picture if there is one',
    myst: 'For MyST and Jupyter Book',
    quarto: 'For Quarto',
    notebook: 'A cell of Python for Jupyter'
  },
  copied: 'Copied.',
  notCopied: 'The browser does not allow copying. Select the text below.'
})
