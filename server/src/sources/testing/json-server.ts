import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** What a source answers: a document, or how it fails. */
export type Behaviour =
  | 'stall'
  | 'break'
  | { readonly status: number }
  | { readonly json: unknown }
  | { readonly text: string }

export interface JsonServer {
  readonly url: string
  /** What was asked, oldest first. */
  readonly asked: readonly Pick<IncomingMessage, 'url' | 'headers'>[]
  behave(behaviour: Behaviour): void
}

/** A server on loopback that answers as it is told; it is gone when the test has ended. */
export async function jsonServer(first: Behaviour = { json: {} }): Promise<JsonServer> {
  let behaviour = first
  const asked: IncomingMessage[] = []
  const server = createServer((request, response) => {
    asked.push(request)
    if (behaviour === 'stall') return
    if (behaviour === 'break') return void request.socket.destroy()
    if ('status' in behaviour) return void response.writeHead(behaviour.status).end()
    response.end('text' in behaviour ? behaviour.text : JSON.stringify(behaviour.json))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    behave: (next) => {
      behaviour = next
    },
  }
}
