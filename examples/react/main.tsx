import 'attenscope/react'
import { useState } from 'react'
import { createRoot } from 'react-dom/client'

function App() {
  const [text, setText] = useState('The cat sat down because it was tired.')
  return (
    <>
      <input aria-label="Text" value={text} onChange={(event) => setText(event.target.value)} />
      <attn-heads model="models/stories/" text={text} layer={1} head={4} />
    </>
  )
}

createRoot(document.querySelector('main')!).render(<App />)
