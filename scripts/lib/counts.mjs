// Reads how many tests passed, failed and were skipped from what the test programs say.
import { existsSync, readFileSync } from 'node:fs'

/** Counts of a run whose own report cannot be had: it crashed, or it ran nothing. */
const broken = (why) => ({ passed: 0, failed: 1, skipped: 0, why })

/** A run that ended badly or tested nothing has failed, whatever it counted. */
function judged(counts, { code, signal }) {
  const total = counts.passed + counts.failed
  if (total === 0) return broken('no test was run')
  if ((code !== 0 || signal) && counts.failed === 0) {
    return { ...counts, failed: 1, why: `ended with ${signal ?? `exit code ${code}`} after its tests` }
  }
  return counts
}

/** Counts from doctest's closing lines. */
export function doctestCounts(result) {
  const match = /test cases:\s*\d+\s*\|\s*(\d+) passed\s*\|\s*(\d+) failed\s*\|\s*(\d+) skipped/.exec(result.output)
  if (!match) return broken(`crashed (${result.signal ?? `exit code ${result.code}`})`)
  const [passed, failed, skipped] = match.slice(1).map(Number)
  return judged({ passed, failed, skipped }, result)
}

/** Counts from vitest's JSON report. */
export function vitestCounts(result, reportFile) {
  if (!existsSync(reportFile)) return broken(`wrote no report (${result.signal ?? `exit code ${result.code}`})`)
  const report = JSON.parse(readFileSync(reportFile, 'utf8'))
  const counts = {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0)
  }
  return judged(counts, result)
}

/** Counts of a check that passes or fails as a whole. */
export const checkCounts = ({ code, signal }) =>
  code === 0 && !signal ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 }

export const sum = (all) =>
  all.reduce(
    (total, { passed, failed, skipped }) => ({
      passed: total.passed + passed,
      failed: total.failed + failed,
      skipped: total.skipped + skipped
    }),
    { passed: 0, failed: 0, skipped: 0 }
  )

/** The closing line: 'N passed, N failed', and the skipped where there are any. */
export const totalLine = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
