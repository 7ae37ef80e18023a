import 'attenscope/elements' // does nothing on a server, where there is no window
import { createElement, Fragment, useState } from 'react'

export function App() {
  const [layer, setLayer] = useState(1)
  return createElement(
    Fragment,
    null,
    createElement('button', { onClick: () => setLayer((layer + 1) % 6) }, `Layer ${layer}`),
    createElement('attn-heads', {
      model: 'models/stories/',
      text: 'The cat sat down because it was tired.',
      layer,
      head: 4
    })
  )
}
