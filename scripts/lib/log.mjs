// Prints what a script is doing, one line a step, with the seconds since it started.
const startedAt = performance.now()

/** Seconds since the script started. */
export const elapsedSeconds = () => (performance.now() - startedAt) / 1000

/** One line: what is being done now. */
export function step(message) {
  console.log(`[${elapsedSeconds().toFixed(1).padStart(6)} s] ${message}`)
}

/** An end that the reader can act on: shown as one sentence, without a stack. */
export class UserError extends Error {}

/** Runs a script's main function; a failure ends the process with 1. */
export async function main(body) {
  try {
    await body()
  } catch (error) {
    const told = error instanceof UserError
    console.error(told ? `\n${error.message}` : error)
    process.exitCode = 1
  }
}
