import { createAdminClient } from '@rampart/contract/admin'
import { noteServerTime } from './server-clock.ts'

/** An answer that takes longer than this will not come: the longest wait the UI asks for is five seconds. */
const TIMEOUT_MS = 20_000

/** The management API of the server this page came from, with the session's cookie. */
export const api = createAdminClient({
  url: location.origin,
  headers: { 'x-rampart-via': 'ui' },
  fetch: async (input, init) => {
    const timeout = AbortSignal.timeout(TIMEOUT_MS)
    const signal = init?.signal == null ? timeout : AbortSignal.any([init.signal, timeout])
    const sentAt = Date.now()
    const response = await fetch(input, { ...init, signal })
    noteServerTime(response.headers.get('date'), sentAt, Date.now())
    return response
  },
})
