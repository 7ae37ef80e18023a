// Starts Vite on the demo site, under the pinned Node.
import { spawn } from 'node:child_process'
import { packageCommand, pinnedEnv } from './node.mjs'
import { root } from './paths.mjs'

/** Runs a Vite command with the terminal as its own; resolves to its exit code. */
export function vite(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(packageCommand('vite'), args, {
      cwd: root,
      env: { ...process.env, ...pinnedEnv() },
      stdio: 'inherit'
    })
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
    child.on('error', reject)
    child.on('close', (code, signal) => resolve(signal ? 0 : code))
  })
}
