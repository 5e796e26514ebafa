import { HttpResponse, http, type RequestHandler } from 'msw'
import { answerOf, eventFor, STREAM } from './answers.ts'
import type { TestFlags } from './flags.ts'

/**
 * Handlers for Mock Service Worker that answer as a server with these flags does, so that code under test runs with its own
 * client. A change of the flags reaches every open stream at once.
 *
 * @param at where the server would be, as MSW writes addresses. Default: anywhere
 */
export function flagHandlers({ flags }: { readonly flags: TestFlags }, at = '*'): RequestHandler[] {
  const asked = async (request: Request) => ({
    url: new URL(request.url),
    header: (name: string) => request.headers.get(name),
    body: await request.clone().text(),
  })
  return [
    http.get(`${at}${STREAM}`, async ({ request }) => {
      const reader = await asked(request)
      let stop = (): void => {}
      const stream = new ReadableStream<Uint8Array>({
        start(controller) {
          const encoder = new TextEncoder()
          const tell = (): void => controller.enqueue(encoder.encode(eventFor(flags, reader)))
          tell()
          stop = flags.changed(tell)
        },
        cancel: () => stop(),
      })
      request.signal.addEventListener('abort', () => stop(), { once: true })
      return new HttpResponse(stream, { headers: { 'content-type': 'text/event-stream' } })
    }),
    http.all(`${at}/sdk/v1/:what`, async ({ request }) => {
      const answer = answerOf(flags, await asked(request))
      if (answer === undefined) return undefined
      const { status, headers, body } = answer
      return new HttpResponse(status === 200 || status === 202 ? body : null, { status, headers })
    }),
  ]
}

export { createTestFlags, type TestFlags, type When } from './flags.ts'
