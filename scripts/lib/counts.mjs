// Reads the numbers of passed, failed and skipped tests from the output of the test programs.
import { existsSync, readFileSync } from 'node:fs'

/** The counts of a run without a usable report: the run crashed, or it ran no test. */
const broken = (why) => ({ passed: 0, failed: 1, skipped: 0, why })

/** The counts with one failure added if the program ended with an error or ran no test. */
function judged(counts, { code, signal }) {
  const total = counts.passed + counts.failed
  if (total === 0) return broken('no test was run')
  if ((code !== 0 || signal) && counts.failed === 0) {
    return { ...counts, failed: 1, why: `ended with ${signal ?? `exit code ${code}`} after its tests` }
  }
  return counts
}

/** Counts from the last lines of doctest's output. */
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

/** The last line of the output: 'N passed, N failed', and the number of skipped tests if there are any. */
export const totalLine = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
