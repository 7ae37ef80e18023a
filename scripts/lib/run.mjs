// Runs commands without printing their output; an error contains the command and its last lines.
import { spawn } from 'node:child_process'
import { UserError } from './log.mjs'
import { root } from './paths.mjs'

const headLines = 20
const tailLines = 60

/** Quotes an argument so that the printed command can be pasted into a shell. */
const quote = (argument) => (/^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`)

export const shown = (command) => command.map(quote).join(' ')

/**
 * Runs a command and resolves to { code, signal, output, errors }, also if the command fails. `errors` is the part of
 * `output` that came from standard error. With `live`, the output is also printed at once; with `input: 'inherit'`, the
 * command reads from the terminal.
 */
export function execute(command, { cwd = root, env = {}, live = false, input = 'ignore', timeoutMs = 0 } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command[0], command.slice(1), {
      cwd,
      env: { ...process.env, ...env },
      stdio: [input, 'pipe', 'pipe']
    })
    const chunks = []
    const errors = []
    const keep = (stream, kept) => (chunk) => {
      for (const list of kept) list.push(chunk)
      if (live) stream.write(chunk)
    }
    let timer
    let timedOut = false
    const killLater = () => {
      timedOut = true
      child.kill('SIGTERM')
      timer = setTimeout(() => child.kill('SIGKILL'), 5000)
    }
    if (timeoutMs > 0) timer = setTimeout(killLater, timeoutMs)
    child.stdout.on('data', keep(process.stdout, [chunks]))
    child.stderr.on('data', keep(process.stderr, [chunks, errors]))
    const finish = (code, signal, more = '') => {
      clearTimeout(timer)
      const late = timedOut ? `\nStopped after ${timeoutMs / 1000} s.\n` : ''
      const text = (list) => Buffer.concat(list).toString() + more + late
      resolve({ code: timedOut ? 124 : code, signal, output: text(chunks), errors: text(errors) })
    }
    child.on('error', (error) => finish(127, null, `${error.message}\n`))
    child.on('close', (code, signal) => finish(code ?? 1, signal))
  })
}

/** The start and the end of a long text: most programs print an error last, some print it first. */
function shortened(text) {
  const lines = text.trimEnd().split('\n')
  if (lines.length <= headLines + tailLines) return lines.join('\n')
  const left = lines.length - headLines - tailLines
  return [...lines.slice(0, headLines), `… ${left} lines …`, ...lines.slice(-tailLines)].join('\n')
}

/** The message for a failed command: the command, its exit code or signal, and its output. */
export function failureText(command, { code, signal, output }) {
  return `Failed (${signal ?? `exit ${code}`}): ${shown(command)}\n${shortened(output)}`
}

/** Runs a command and resolves to its output; throws if the command fails. */
export async function run(command, options = {}) {
  const result = await execute(command, options)
  if (result.code !== 0 || result.signal) {
    throw new UserError(options.live ? failureText(command, { ...result, output: '' }) : failureText(command, result))
  }
  return result.output
}

/** Whether a command exists on the PATH. */
export async function has(name) {
  return (await execute(['sh', '-c', `command -v ${quote(name)}`])).code === 0
}
