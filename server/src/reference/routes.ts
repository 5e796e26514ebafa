import { problemGuide, problems } from '@rampart/contract/errors'
import { openApiDocument } from '@rampart/contract/openapi'
import { AppError } from '../app-error.ts'
import type { App, AppContext } from '../http/app-env.ts'
import { apiPage } from './api-page.ts'
import { FRAME_POLICY } from './frame.ts'
import { problemPage, problemsPage } from './problem-page.ts'

/** The documents stay the same until the server is another one. */
const CACHE = 'public, max-age=300'

/**
 * Serves what explains the API: `/api/v1/openapi.json`, `/docs/api`, `/docs/problems` and, for each problem, `/problems/CODE`,
 * which is a page unless JSON is asked for. All of it for anyone: it says nothing about this installation.
 */
export function mountReference(app: App, { version }: { readonly version: string }): void {
  // Made when first asked for: a server that is starting has better things to do.
  const document = once(() => openApiDocument({ version }))
  const described = once(() => JSON.stringify(document()))
  const reference = once(() => apiPage(document()))
  const problemList = once(problemsPage)

  app.get('/api/v1/openapi.json', (c) => {
    c.header('cache-control', CACHE)
    c.header('content-type', 'application/json')
    return c.body(described())
  })
  app.get('/docs/api', (c) => page(c, reference()))
  app.get('/docs/problems', (c) => page(c, problemList()))
  app.get('/docs', (c) => c.redirect('/docs/api'))

  app.get('/problems/:code', (c) => {
    const code = knownCode(c.req.param('code'))
    c.header('vary', 'accept')
    if (c.req.header('accept')?.includes('json') !== true) return page(c, problemPage(code))
    c.header('cache-control', CACHE)
    return c.json({ code, ...problems[code], ...problemGuide[code] })
  })
}

function knownCode(text: string): keyof typeof problems {
  for (const code of codes) if (code === text) return code
  throw new AppError('not_found', `There is no problem named ${text}.`)
}

const codes = Object.keys(problems).filter((code): code is keyof typeof problems => code in problems)

function page(c: AppContext, markup: string): Response {
  c.header('content-security-policy', FRAME_POLICY)
  c.header('cache-control', CACHE)
  return c.html(markup)
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
