import { createAdminClient, ProblemError, type Reply, STREAM_PATH } from '@rampart/contract/admin'
import { SDK_PATHS } from '@rampart/contract/wire'
import { proxyFor } from '../proxy.ts'
import { troubleOf } from '../retry.ts'
import { type Settings, WAYS } from '../settings.ts'
import type { World } from '../world.ts'
import { type Check, fail, warn } from './check.ts'
import { checkAddress, checkClock, checkTransport, checkVersion } from './connection.ts'
import { listen } from './listen.ts'
import { reach } from './reach.ts'
import { checkRights, checkToken, refusedPlace, refusedToken } from './rights.ts'
import { checkStream } from './stream.ts'

export interface Patient {
  readonly world: World
  readonly settings: Settings
  /** The version of this command. */
  readonly version: string
}

/** The server pings every 15 s: who hears nothing for longer is not let through. */
const STREAM_PATIENCE_MS = 20_000

/** Looks at one thing after the other, each as soon as what it needs is known to work. */
export async function* examine({ world, settings, version }: Patient): AsyncGenerator<Check> {
  const url = settings.url?.value.replace(/\/+$/, '')
  if (url === undefined || !URL.canParse(url) || !/^https?:/.test(url)) {
    const words = url === undefined ? 'no server is named' : `"${url}" is not the address of a server`
    yield fail('settings', words, `${sentence(WAYS.url)}; rampart config explain shows what is set.`)
    return
  }
  const proxying = proxyFor(new URL(url), world.env)
  const reached = await reach(world, url)
  const address = checkAddress(url, reached, proxying)
  yield address
  if (reached.kind === 'nothing' || address.verdict === 'fail') return
  yield checkTransport(new URL(url), reached, proxying)
  yield checkClock(reached)
  yield checkVersion(reached, version)
  let works = true
  for await (const check of examineToken({ world, settings, url })) {
    works &&= check.verdict !== 'fail'
    yield check
  }
  yield await examineStream({ world, settings, url }, works)
}

interface Asking {
  readonly world: World
  readonly settings: Settings
  readonly url: string
}

/** How long one answer may take. */
const ANSWER_MS = 10_000

async function* examineToken({ world, settings, url }: Asking): AsyncGenerator<Check> {
  const { token, project, environment } = settings
  if (token === undefined) {
    yield fail('token', 'no token is set', `${sentence(WAYS.token)}.`)
    return
  }
  const api = createAdminClient({ url, token: token.value, fetch: world.fetch })
  const asker = await asked(() => api.whoami({ signal: AbortSignal.timeout(ANSWER_MS) }))
  if (asker.kind === 'refused') {
    yield refusedToken(asker)
    return
  }
  yield checkToken(asker.body, world.now())
  if (project === undefined) {
    yield warn('rights', 'no project is set', `${sentence(WAYS.project)}.`)
    return
  }
  const place = { project: project.value, environment: environment?.value }
  const signal = AbortSignal.timeout(ANSWER_MS)
  const found = await asked<unknown>(() =>
    place.environment === undefined
      ? api.getProject({ params: { project: place.project }, signal })
      : api.getEnvironment({ params: { project: place.project, environment: place.environment }, signal }),
  )
  // what a token may not look at may still be there; its scopes say the rest
  yield found.kind === 'refused' && found.code !== 'forbidden'
    ? refusedPlace(found)
    : checkRights(asker.body.scopes, place)
}

type Asked<T> =
  | { readonly kind: 'answer'; readonly body: T }
  | { readonly kind: 'refused'; readonly code: string; readonly detail: string; readonly hint?: string }

async function asked<T>(call: () => Promise<Reply<T>>): Promise<Asked<T>> {
  try {
    return { kind: 'answer', body: (await call()).body }
  } catch (error) {
    if (error instanceof ProblemError) {
      const { code, detail, hint } = error.problem
      return { kind: 'refused', code, detail, ...(hint === undefined ? {} : { hint }) }
    }
    const trouble = troubleOf(error, 'again')
    if (trouble === undefined) throw error
    return { kind: 'refused', code: 'unreachable', detail: trouble.words, hint: 'Try again.' }
  }
}

/** Opens a stream with an SDK key, or with the token when that works. */
async function examineStream({ world, settings, url }: Asking, tokenWorks: boolean): Promise<Check> {
  const { sdkKey, token, project } = settings
  const patienceMs = STREAM_PATIENCE_MS
  if (sdkKey !== undefined)
    return checkStream(
      await listen(world, { url: url + SDK_PATHS.stream, bearer: sdkKey.value, patienceMs }),
      'application',
    )
  if (token === undefined || project === undefined || !tokenWorks)
    return warn('stream', 'not looked at: nothing that works can open one', `${sentence(WAYS.sdkKey)}.`)
  const path = STREAM_PATH.replace(':project', encodeURIComponent(project.value))
  return checkStream(await listen(world, { url: url + path, bearer: token.value, patienceMs }), 'page')
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}
