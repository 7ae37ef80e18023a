// Starts Vite on the demo site, under the pinned Node; Vite prints warnings and errors only.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { packageCommand, pinnedEnv } from './node.mjs'
import { root } from './paths.mjs'

/** Runs a command with the terminal as its own; resolves to its exit code. */
function withTerminal(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(packageCommand(command), args, {
      cwd: root,
      env: { ...process.env, ...pinnedEnv() },
      stdio: 'inherit'
    })
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
    child.on('error', reject)
    child.on('close', (code, signal) => resolve(signal ? 0 : code))
  })
}

/** Builds the site into build/site/; resolves to Vite's exit code. */
export const buildDemo = () => withTerminal('vite', ['build', 'web/demo', '--logLevel', 'warn'])

/** Serves the demo until Ctrl+C: the built site, or with `dev` its sources; resolves to the exit code. */
export const serveDemo = ({ dev, port, host }) =>
  withTerminal('node', [join(root, 'scripts/lib/serve-demo.mjs'), dev ? 'dev' : 'built', port, host])
