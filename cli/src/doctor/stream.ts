import { saySeconds } from '../output/figures.ts'
import { plain } from '../output/plain.ts'
import { type Check, fail, ok, warn } from './check.ts'
import type { Heard } from './listen.ts'

/** How the stream was asked for: as an application does, or, without an SDK key, as a page of the admin UI. */
export type Reader = 'application' | 'page'

/** From here on somebody is holding events back. */
const HELD_BACK_MS = 2_000

const UNBUFFER =
  'A proxy holds events back: switch its buffering off for /sdk/ and /api/ (nginx: proxy_buffering off; and it must not ignore X-Accel-Buffering).'

/** Whether changes would arrive when they are made. */
export function checkStream(heard: Heard, reader: Reader): Check {
  const which = reader === 'application' ? 'as an application' : 'as a page (no SDK key is set)'
  switch (heard.kind) {
    case 'nothing':
      return fail('stream', heard.words, 'SDKs poll as long as this lasts. Let a GET that stays open pass through.')
    case 'refused':
      return refused(heard, reader)
    case 'silence':
      return fail(
        'stream',
        `opened ${which} after ${saySeconds(heard.headersMs)}, and no whole event came in ${saySeconds(heard.waitedMs)}`,
        UNBUFFER,
        { headersMs: Math.round(heard.headersMs), waitedMs: Math.round(heard.waitedMs), bytes: heard.bytes },
      )
    case 'event': {
      const measured = {
        headersMs: Math.round(heard.headersMs),
        eventMs: Math.round(heard.eventMs),
        event: heard.event,
      }
      const words = `${heard.event} ${which} after ${saySeconds(heard.eventMs)}`
      if (heard.event === 'close')
        return warn('stream', `the server closed it: ${plain(heard.data)}`, 'Try again in a moment.', measured)
      if (heard.eventMs - heard.headersMs > HELD_BACK_MS || heard.eventMs > 2 * HELD_BACK_MS)
        return warn('stream', `${words}, which is late`, UNBUFFER, measured)
      return ok('stream', `${words}, nothing holds it back${contents(heard.data)}`, measured)
    }
  }
}

function refused({ status, type, body }: Extract<Heard, { kind: 'refused' }>, reader: Reader): Check {
  if (reader === 'page' && status === 403)
    return warn('stream', 'not looked at: this token may not listen to all of a project', 'Set RAMPART_SDK_KEY.')
  const problem = problemIn(body)
  if (problem !== undefined)
    return fail('stream', plain(problem.detail), plain(problem.hint ?? 'Make a new key: rampart sdk-keys create.'), {
      status,
    })
  return fail(
    'stream',
    `the answer is ${status} (${plain(type)}), and no event stream`,
    'Something between here and the server answers in its place: let /sdk/ and /api/ pass through.',
    { status },
  )
}

function problemIn(body: string): { readonly detail: string; readonly hint?: string } | undefined {
  const value = jsonIn(body)
  if (!('detail' in value) || typeof value.detail !== 'string') return undefined
  return 'hint' in value && typeof value.hint === 'string'
    ? { detail: value.detail, hint: value.hint }
    : { detail: value.detail }
}

/** `: demo/production, revision 41, 3 flags` of a snapshot. */
function contents(data: string): string {
  const value = jsonIn(data)
  if (!('project' in value && 'environment' in value && 'revision' in value && 'flags' in value)) return ''
  const flags = Array.isArray(value.flags) ? value.flags.length : 0
  return `: ${plain(`${String(value.project)}/${String(value.environment)}`)}, revision ${String(value.revision)}, ${flags} ${flags === 1 ? 'flag' : 'flags'}`
}

function jsonIn(text: string): object {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}
