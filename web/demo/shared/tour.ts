/** The button that starts the tour; it loads the tour's code and texts only when the reader presses it. */
const button = document.querySelector<HTMLButtonElement>('#tour')
button?.addEventListener('click', () => void import('./tour-stops.js').then(({ begin }) => begin(() => button.focus())))

export {}
