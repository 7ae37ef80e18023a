'use client'

import { loadModel } from 'attenscope'
import 'attenscope/react'
import { useEffect, useState } from 'react'

export function Attention({ text }: { text: string }) {
  const [word, setWord] = useState('')
  useEffect(() => {
    let isShown = true
    const run = async () => {
      const model = await loadModel('/models/stories/')
      const { tokens, trace } = await model.run(text, { capture: ['pattern'] })
      const { data, shape } = trace.pattern(1, 4) // layer 1, head 4: one row per query, one column per key
      const last = data.subarray((shape[0]! - 1) * shape[1]!)
      if (isShown) setWord(tokens[last.indexOf(Math.max(...last))]!.text)
      await model.dispose()
    }
    void run()
    return () => {
      isShown = false
    }
  }, [text])
  return (
    <>
      <attn-heads model="/models/stories/" text={text} layer={1} head={4} />
      <p>
        The last word looks back most at: <output>{word}</output>
      </p>
    </>
  )
}
