// The function that the page runs for one checkpoint: it loads the model, generates text and measures the time.

/**
 * Runs in the page. Returns { loadMs, bytes, parameters, variant, tokens, tokensPerSecond }; the speed is that of the
 * median token.
 */
export async function measureModel(url, dtype, { prompt, tokens }) {
  const { loadModel } = await import('/dist/index.js')
  const startedAt = performance.now()
  const model = await loadModel(url, { dtype, cache: false })
  const loadMs = performance.now() - startedAt
  const ids = Array.from({ length: prompt }, (_, i) => 100 + 37 * i)
  const times = []
  let last
  for await (const _ of model.generate({ ids }, { maxNewTokens: tokens })) {
    const now = performance.now()
    // The first token is not timed, because it includes reading the prompt.
    if (last !== undefined) times.push(now - last)
    last = now
  }
  times.sort((a, b) => a - b)
  const { bytes, parameters, variant } = model.info
  await model.dispose()
  return { loadMs, bytes, parameters, variant, tokens: times.length, tokensPerSecond: 1000 / times[times.length >> 1] }
}
