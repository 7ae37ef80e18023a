/** A proxy that records all requests of a browser, from pages, workers and the browser itself. */
import { createServer, request as forward } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface RecordingProxy {
  /** The flags that the browser is started with. */
  readonly flags: readonly string[]
  /** The method and address of each request; for an encrypted request only the host. */
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
    // With the last flag, requests to the local machine go through the proxy, too.
    flags: [`--proxy-server=127.0.0.1:${(server.address() as AddressInfo).port}`, '--proxy-bypass-list=<-loopback>'],
    asked,
    close: () => {
      server.closeAllConnections()
      server.close()
    }
  }
}
