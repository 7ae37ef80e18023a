/** The button that begins the tour: it needs no words of its own, so that nothing has to be there before it can be pressed. */
const button = document.querySelector<HTMLButtonElement>('#tour')
button?.addEventListener('click', () => void import('./tour-stops.js').then(({ begin }) => begin(() => button.focus())))

export {}
