// Prints one line for each step of a script, with the seconds since the script started.
const startedAt = performance.now()

/** Seconds since the script started. */
export const elapsedSeconds = () => (performance.now() - startedAt) / 1000

/** Prints a line that names the step that begins now. */
export function step(message) {
  console.log(`[${elapsedSeconds().toFixed(1).padStart(6)} s] ${message}`)
}

/** An error that the user can correct: `main` prints its message without a stack. */
export class UserError extends Error {}

/** Runs a script's main function; after an error the exit code is 1. */
export async function main(body) {
  try {
    await body()
  } catch (error) {
    console.error(error instanceof UserError ? `\n${error.message}` : error)
    process.exitCode = 1
  }
}
