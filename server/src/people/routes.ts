import { getCookie } from 'hono/cookie'
import type { App } from '../http/app-env.ts'
import { mount } from '../http/mount.ts'
import { clearSessionCookie, sessionCookieName, setSessionCookie } from '../http/session-cookie.ts'
import type { People } from './service.ts'

export function mountPeople(app: App, people: People, publicUrl: () => URL): void {
  mount(app, 'signIn', async ({ body, asker }, c) => {
    const { person, session } = await people.signIn(body.token, asker.request)
    setSessionCookie(c, publicUrl(), session)
    return { body: { kind: 'person', id: person.id, name: person.name, scopes: person.scopes } }
  })

  mount(app, 'whoami', ({ principal: { kind, id, name, scopes, expiresAt } }) =>
    Promise.resolve({ body: { kind, id, name, scopes, ...(expiresAt === undefined ? {} : { expiresAt }) } }),
  )

  mount(app, 'signOut', async ({ asker }, c) => {
    const session = getCookie(c, sessionCookieName(publicUrl()))
    if (session !== undefined) await people.signOut(session, asker)
    clearSessionCookie(c, publicUrl())
    return { body: undefined }
  })

  mount(app, 'listPeople', async () => ({ body: { items: await people.list(), next: null } }))

  mount(app, 'createPerson', async ({ body, asker }) => {
    const { item, link, auditId } = await people.create(body, asker)
    return { body: { item, signInUrl: signInUrl(publicUrl(), link), auditId } }
  })

  mount(app, 'createSignInLink', async ({ params, asker }) => ({
    body: { signInUrl: signInUrl(publicUrl(), await people.createLink(params.id, asker)) },
  }))
}

/** The page of the UI that uses the link up, so that a mail scanner's GET does not. */
export function signInUrl(publicUrl: URL, link: string): string {
  const url = new URL('/sign-in', publicUrl)
  url.searchParams.set('token', link)
  return url.href
}
