// Computes the figures of a row from its samples.

/** Returns the quantile of sorted samples, with linear interpolation between two samples. */
export function quantile(samples, share) {
  const sorted = [...samples].sort((a, b) => a - b)
  const place = (sorted.length - 1) * share
  const below = Math.floor(place)
  const above = Math.ceil(place)
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below)
}

export const median = (samples) => quantile(samples, 0.5)

/**
 * Returns the medians of both sides and their ratio. The spread is the 10th and 90th percentile of the ratios of pairs,
 * where a pair was timed one right after the other. With a ceiling, ratio and spread are multiplied by it.
 */
export function figures({ ours, peer, ceiling = 1 }) {
  const oursMs = median(ours)
  const peerMs = median(peer)
  const ratios = ours.map((mine, i) => (ceiling * peer[i]) / mine)
  return { oursMs, peerMs, ratio: (ceiling * peerMs) / oursMs, spread: [quantile(ratios, 0.1), quantile(ratios, 0.9)] }
}

/** Returns the median of a gauge's readings, and the ratio of its ceiling to the median. */
export function gaugeFigures({ readings, unit, ceiling }) {
  const measured = median(readings)
  return {
    oursMs: unit === 'ms' ? measured : null,
    peerMs: null,
    measured,
    unit,
    ceiling,
    ratio: ceiling / measured,
    spread: [ceiling / quantile(readings, 0.9), ceiling / quantile(readings, 0.1)]
  }
}
