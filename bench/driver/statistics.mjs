// Turns the samples of a row into its figures.

/** The value below which this share of the sorted samples lies, between two samples in proportion. */
export function quantile(samples, share) {
  const sorted = [...samples].sort((a, b) => a - b)
  const place = (sorted.length - 1) * share
  const below = Math.floor(place)
  const above = Math.ceil(place)
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below)
}

export const median = (samples) => quantile(samples, 0.5)

/**
 * Medians of both sides and their ratio; and the spread: the tenth and the ninetieth percentile of the ratios of pairs
 * that were taken one right after the other. With a ceiling, both are times the ceiling.
 */
export function figures({ ours, peer, ceiling = 1 }) {
  const oursMs = median(ours)
  const peerMs = median(peer)
  const ratios = ours.map((mine, i) => (ceiling * peer[i]) / mine)
  return { oursMs, peerMs, ratio: (ceiling * peerMs) / oursMs, spread: [quantile(ratios, 0.1), quantile(ratios, 0.9)] }
}

/** Of a gauge: the median as the row's figure, and how many times it goes into the ceiling. */
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
