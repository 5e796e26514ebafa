import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/*
 * The floor of the delivery benchmark: Node's own server that writes the same bytes to every response, and does nothing else.
 * `POST /put` sets what a stream begins with, any other POST is sent to all of them, after its answer.
 */
const streams = new Set<ServerResponse>()
let first = Buffer.from('event: ping\ndata: {}\n\n')

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    })
    response.write(first)
    streams.add(response)
    response.on('close', () => streams.delete(response))
    return
  }
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    const bytes = Buffer.concat(parts)
    response.end('{}')
    if (request.url === '/put') first = bytes
    else for (const stream of streams) stream.write(bytes)
  })
})
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () =>
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
)
process.once('disconnect', () => process.exit(0))
