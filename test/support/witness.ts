import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Witness {
  readonly url: string
  /** What came by and was answered, in order. */
  readonly seen: readonly { readonly method: string; readonly address: string; readonly status: number }[]
  close(): void
}

/**
 * Stands before a server on loopback, passes everything on as it comes, streams too, and remembers it: a browser tells
 * nobody of what it sends for a page that is gone.
 */
export async function startWitness(target: string): Promise<Witness> {
  const seen: { method: string; address: string; status: number }[] = []
  const server = createServer((incoming, outgoing) => {
    const { method = '', url: address = '', headers } = incoming
    const passed = request(new URL(address, target), { method, headers, agent: false }, (answer) => {
      seen.push({ method, address, status: answer.statusCode ?? 0 })
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
      answer.on('error', () => outgoing.destroy())
    })
    // Whoever is cut off on one side is cut off on the other.
    passed.on('error', () => outgoing.destroy())
    outgoing.on('close', () => passed.destroy())
    incoming.pipe(passed)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
