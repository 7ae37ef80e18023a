/** A proxy that a browser sends everything through, of pages, workers and itself: what it asked for, and of whom. */
import { createServer, request as forward } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface RecordingProxy {
  /** What the browser is started with. */
  readonly flags: readonly string[]
  /** Each request's method and address; of one that is encrypted the host alone. */
  readonly asked: string[]
  close(): void
}

export async function startProxy(): Promise<RecordingProxy> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    const onward = forward(request.url ?? '', { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.writeHead(502).end())
    request.pipe(onward)
  })
  server.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url}`)
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    // Without the last even the browser's own machine is asked for through the proxy.
    flags: [`--proxy-server=127.0.0.1:${(server.address() as AddressInfo).port}`, '--proxy-bypass-list=<-loopback>'],
    asked,
    close: () => {
      server.closeAllConnections()
      server.close()
    }
  }
}
