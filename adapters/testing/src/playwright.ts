import { answerOf, endedStream, STREAM } from './answers.ts'
import { createTestFlags, type TestFlags } from './flags.ts'

/** How soon a page sees a change, in milliseconds: a stream that is answered by Playwright ends at once, and is opened again. */
const AGAIN_MS = 250

/** What is used of Playwright's `BrowserContext` or `Page`. */
export interface Routed {
  route(url: string, handler: (route: Route) => Promise<unknown>): Promise<unknown>
  unroute(url: string): Promise<unknown>
}

interface Route {
  request(): { url(): string; headers(): Record<string, string>; postData(): string | null }
  fulfill(answer: { status: number; headers: Record<string, string>; body: string }): Promise<unknown>
  fallback(): Promise<unknown>
}

const ADDRESSES = '**/sdk/v1/**'

/** Answers the flag requests of every page of a context as a server with these flags does. Resolves when that holds. */
export async function routeFlags(pages: Routed, flags: TestFlags): Promise<void> {
  await pages.route(ADDRESSES, async (route) => {
    const request = route.request()
    const headers = request.headers()
    const asked = {
      url: new URL(request.url()),
      header: (name: string) => headers[name],
      body: request.postData() ?? '',
    }
    const answer = asked.url.pathname.endsWith(STREAM)
      ? {
          status: 200,
          headers: { 'content-type': 'text/event-stream' },
          body: endedStream(flags, asked, AGAIN_MS),
        }
      : answerOf(flags, asked)
    if (answer === undefined) return route.fallback()
    await route.fulfill({ ...answer, headers: { ...answer.headers, ...READABLE } })
  })
}

/** Pages of any origin may read it, as they may a client key's answers. */
const READABLE = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'ETag, Retry-After' }

/**
 * Fixture for Playwright's runner: `const test = base.extend<FlagsFixture>(flagsFixture)`. A test sets flags, before the page
 * is opened or while it is open, and pages hear of it within half a second.
 */
export const flagsFixture = {
  flags: async ({ context }: { context: Routed }, use: (flags: TestFlags) => Promise<void>): Promise<void> => {
    const flags = createTestFlags()
    await routeFlags(context, flags)
    await use(flags)
    await context.unroute(ADDRESSES)
  },
}

export interface FlagsFixture {
  flags: TestFlags
}

export { createTestFlags, type TestFlags, type When } from './flags.ts'
