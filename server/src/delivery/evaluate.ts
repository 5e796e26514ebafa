import { createHash } from 'node:crypto'
import type { SdkKey } from '@rampart/contract/admin'
import { SDK_PATHS } from '@rampart/contract/wire'
import { bootstrapOf, type Context, type Snapshot } from '@rampart/core'
import { AppError } from '../app-error.ts'
import { compiledOf } from '../compiled.ts'
import type { App } from '../http/app-env.ts'
import { readJson } from '../http/body.ts'

/** 256 KiB of context. */
const CONTEXT_LIMIT = 1 << 18

/**
 * Evaluates client-side flags for a page: for pages that are to have no rules, and for whoever makes a page on a server and gives
 * it its values along. With `rules: true` the answer carries the rules too, so that the page can go on by itself; then it is of
 * what the page itself will be told, without the flags that are remote-only. A server key is answered as a client key is, since
 * what is answered ends in a page.
 */
export function mountEvaluate(app: App, snapshotOf: (key: SdkKey, of: 'client' | 'remote') => Promise<Snapshot>): void {
  app.post(SDK_PATHS.evaluate, async (c) => {
    const key = await c.var.auth.sdkKey(c)
    const { context, rules } = askedIn(await readJson(c, { limit: CONTEXT_LIMIT }))
    const snapshot = await snapshotOf(key, rules ? 'client' : 'remote')
    const given = bootstrapOf(compiledOf(snapshot), context, { stands: !rules })
    const body = JSON.stringify({ ...given, ...(rules && { snapshot }) })
    // Over what this caller receives: the same configuration gives another context other values.
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`
    c.header('etag', etag)
    c.header('cache-control', 'private, no-cache')
    const held = (c.req.header('if-none-match') ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
    if (held.includes(etag)) return c.body(null, 304)
    return c.body(body, 200, { 'content-type': 'application/json' })
  })
}

/** No context is an empty one. */
function askedIn(body: unknown): { readonly context: Context; readonly rules: boolean } {
  const { context = {}, rules } = isObject(body) ? body : { context: undefined }
  if (!isObject(body) || !isObject(context)) {
    throw new AppError(
      'invalid',
      'The body must be an object whose member "context" is one: { "context": { "targetingKey": … } }.',
    )
  }
  return { context: context as Context, rules: rules === true }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
