import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a source does when it is asked: counts on, accepts and never answers, cuts the connection, or answers with no numbers. */
export type Mood = 'well' | 'stalls' | 'dies' | 'lies'

export interface JsonSource {
  readonly url: string
  be(mood: Mood): void
  close(): void
}

/** A service on loopback that shows its counters as JSON. They have grown with every look, 1% of both arms being bad. */
export async function startJsonSource(): Promise<JsonSource> {
  let mood: Mood = 'well'
  let looks = 0
  const server = createServer((request, response) => {
    if (mood === 'stalls') return
    if (mood === 'dies') return void request.socket.destroy()
    looks += 1
    // what 0 divided by 0 comes to in most languages, and how it gets into JSON
    const bad = (n: number) => (mood === 'lies' ? 'NaN' : n)
    response.end(
      JSON.stringify({
        on: { bad: bad(looks), all: 100 * looks },
        off: { bad: bad(9 * looks), all: 900 * looks },
      }),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    be: (next) => {
      mood = next
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
