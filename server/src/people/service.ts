import type { Person } from '@rampart/contract/admin'
import { AppError } from '../app-error.ts'
import { recorded, requireDone } from '../audit/changed.ts'
import type { Clock } from '../clock.ts'
import { SESSION_MS } from '../http/session-cookie.ts'
import { hashSecret, randomText } from '../keys/secrets.ts'
import { iso } from '../ramp/instant.ts'
import type { Asker, AuditDraft, Store } from '../store/store.ts'

export interface PersonInput {
  readonly name: string
  readonly scopes: readonly string[]
}

export interface People {
  list(): Promise<readonly Person[]>
  /** `link` is the secret of a sign-in link: good for one use within 24 hours. */
  create(
    input: PersonInput,
    asker: Asker,
  ): Promise<{ readonly item: Person; readonly link: string; readonly auditId: string }>
  /** Another link for a person. Throws `not_found`. */
  createLink(id: string, asker: Asker): Promise<string>
  /** A link for the first administrator, who is made when there is nobody yet. */
  administratorLink(asker: Asker): Promise<string>
  isEmpty(): Promise<boolean>
  /** Uses up a link and begins a session. Throws `unauthenticated` when the link was used, is too old or never was. */
  signIn(link: string, request: Asker['request']): Promise<{ readonly person: Person; readonly session: string }>
  signOut(session: string, asker: Asker): Promise<void>
}

const LINK_MS = 86_400_000
/** 160 and 130 bits. */
const SECRET_LENGTH = 32
const ID_LENGTH = 16
const EVERYTHING = ['admin@*']

/** People sign in with one-time links; sessions are opaque secrets that the store knows by their hash. */
export function createPeople({ store, clock }: { readonly store: Store; readonly clock: Clock }): People {
  async function createPerson({ name, scopes }: PersonInput, asker: Asker) {
    const at = clock.now()
    const person = { id: `p_${randomText(ID_LENGTH)}`, name, scopes: [...scopes], createdAt: iso(at) }
    const link = randomText(SECRET_LENGTH)
    const committed = await store.commit({
      scope: 'instance',
      at,
      asker,
      writes: [
        { put: 'person', person },
        { put: 'sign_in', hash: hashSecret(link), person: person.id, expiresAt: at + LINK_MS },
      ],
      audit: [personEntry('person.created', person, `${name} was added: ${scopes.join(', ')}.`)],
    })
    const item: Person = { ...person, lastSeenAt: null }
    return { item, link, auditId: recorded(requireDone(committed, 'This person exists already.')).auditId }
  }

  async function createLink(id: string, asker: Asker): Promise<string> {
    const person = (await store.people()).find((one) => one.id === id)
    if (person === undefined) throw new AppError('not_found', `There is no person ${id}.`)
    const link = randomText(SECRET_LENGTH)
    const at = clock.now()
    const committed = await store.commit({
      scope: 'instance',
      at,
      asker,
      writes: [{ put: 'sign_in', hash: hashSecret(link), person: id, expiresAt: at + LINK_MS }],
      audit: [personEntry('person.link_created', person, `A sign-in link was made for ${person.name}.`)],
    })
    requireDone(committed, '')
    return link
  }

  return {
    list: () => store.people(),
    create: createPerson,
    createLink,

    async administratorLink(asker) {
      const administrator = (await store.people()).find(({ scopes }) => scopes.includes('admin@*'))
      if (administrator !== undefined) return createLink(administrator.id, asker)
      return (await createPerson({ name: 'Administrator', scopes: EVERYTHING }, asker)).link
    },

    async isEmpty() {
      return (await store.people()).length === 0
    },

    async signIn(link, request) {
      const at = clock.now()
      const person = await store.useSignIn(hashSecret(link), at)
      if (person === undefined) {
        throw new AppError(
          'unauthenticated',
          'This sign-in link was used already, is older than 24 hours, or was cut.',
          {
            hint: 'Ask an administrator for a new one; on the server, "rampart-server sign-in-link" prints one.',
          },
        )
      }
      const session = randomText(SECRET_LENGTH)
      const asker: Asker = {
        actor: { kind: 'person', id: person.id, name: person.name, via: 'ui' },
        comment: null,
        request,
      }
      const committed = await store.commit({
        scope: 'instance',
        at,
        asker,
        writes: [
          {
            put: 'session',
            session: { hash: hashSecret(session), person: person.id, createdAt: at, expiresAt: at + SESSION_MS },
          },
        ],
        audit: [personEntry('person.signed_in', person, `${person.name} signed in.`)],
      })
      requireDone(committed, '')
      return { person, session }
    },

    async signOut(session, asker) {
      await store.commit({
        scope: 'instance',
        at: clock.now(),
        asker,
        writes: [{ remove: 'session', hash: hashSecret(session) }],
        audit: [],
      })
    },
  }
}

function personEntry(
  action: AuditDraft['action'],
  person: Pick<Person, 'id' | 'name' | 'scopes'>,
  words: string,
): AuditDraft {
  const { id, name, scopes } = person
  return { action, subject: { kind: 'person', key: id }, before: null, after: { name, scopes }, words }
}
