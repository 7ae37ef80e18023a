// What the page does with one checkpoint: loads it, lets it write, and tells how long that took.

/** { loadMs, bytes, parameters, tokensPerSecond, tokens }; runs in the page. */
export async function measureModel(url, dtype, { prompt, tokens }) {
  const { loadModel } = await import('/dist/index.js')
  const startedAt = performance.now()
  const model = await loadModel(url, { dtype, cache: false })
  const loadMs = performance.now() - startedAt
  const ids = Array.from({ length: prompt }, (_, i) => 100 + 37 * i)
  const times = []
  for await (const step of model.generate({ ids }, { maxNewTokens: tokens }))
    times.push([performance.now(), step.token.id])
  const { bytes, parameters, variant } = model.info
  // From the first token on: before it the prompt is read.
  const seconds = (times.at(-1)[0] - times[0][0]) / 1000
  await model.dispose()
  return { loadMs, bytes, parameters, variant, tokens: times.length, tokensPerSecond: (times.length - 1) / seconds }
}
