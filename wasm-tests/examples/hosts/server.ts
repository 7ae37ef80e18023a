/** Starts a framework's own server and waits until it answers. */
import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { environment } from '../packed.js'

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Runs the command in the folder with a free port as its last word. The server may take a minute to answer. */
export async function startServer(
  folder: string,
  [command = '', ...words]: readonly string[]
): Promise<{ origin: string; close(): Promise<void> }> {
  const port = await freePort()
  // A process group of its own, so that the end reaches the processes that the command starts.
  const server = spawn(command, [...words, String(port)], {
    cwd: folder,
    env: environment(folder),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let output = ''
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk: Buffer) => (output += String(chunk)))
  let hasEnded = false
  const ended = new Promise<void>((resolve) =>
    server.once('close', () => {
      hasEnded = true
      resolve()
    })
  )
  const close = async () => {
    if (!hasEnded && server.pid !== undefined) process.kill(-server.pid, 'SIGTERM')
    await ended
  }
  const origin = `http://localhost:${port}`
  const until = Date.now() + 60_000
  while (
    !(await fetch(origin).then(
      ({ ok }) => ok,
      () => false
    ))
  ) {
    if (hasEnded || Date.now() > until) {
      await close()
      throw new Error(`${command} did not serve its page:\n${output}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  return { origin, close }
}
