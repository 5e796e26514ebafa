import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface WebhookReceiver {
  readonly url: string
  readonly received: readonly unknown[]
  close(): void
}

/** A webhook on loopback that keeps what it was sent; `refuse` first answers that many times with 500. */
export async function receiveWebhooks(refuse = 0): Promise<WebhookReceiver> {
  const received: unknown[] = []
  let refusals = refuse
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text
    })
    request.on('end', () => {
      if (refusals > 0) {
        refusals -= 1
        response.writeHead(500).end()
        return
      }
      received.push(JSON.parse(body))
      response.writeHead(200).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`,
    received,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
