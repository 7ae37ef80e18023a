// Starts Vite for the demo site, under the pinned Node; Vite prints only warnings and errors.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { packageCommand, pinnedEnv } from './node.mjs'
import { root } from './paths.mjs'

/** Runs a command that reads from and writes to the terminal; resolves to the exit code. */
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

/** Serves the built site, or its sources with `dev`, until Ctrl+C; resolves to the exit code. */
export const serveDemo = ({ dev, port, host }) =>
  withTerminal('node', [join(root, 'scripts/lib/serve-demo.mjs'), dev ? 'dev' : 'built', port, host])
