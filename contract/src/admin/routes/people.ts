import { z } from 'zod'
import * as access from '../access.ts'
import { byId, none, reads, removes, sends } from './route.ts'

/** Who asks, and the people and tokens of the instance. */
export const peopleRoutes = {
  signIn: sends('signIn', {
    params: none,
    query: none,
    body: access.signIn,
    response: access.session,
    status: 200,
  }),
  whoami: reads('whoami', {
    params: none,
    query: none,
    response: access.session,
  }),
  signOut: removes('signOut', { params: none, response: null }),

  listPeople: reads('listPeople', { params: none, query: none, response: access.personPage }),
  createPerson: sends('createPerson', {
    params: none,
    query: none,
    body: access.createPerson,
    response: access.personCreated,
    status: 201,
  }),
  createSignInLink: sends('createSignInLink', {
    params: byId,
    query: none,
    body: z.strictObject({}),
    response: access.signInLink,
    status: 201,
  }),
  listTokens: reads('listTokens', {
    params: none,
    query: none,
    response: access.tokenPage,
  }),
  createToken: sends('createToken', {
    params: none,
    query: none,
    body: access.createToken,
    response: access.tokenCreated,
    status: 201,
  }),
  revokeToken: removes('revokeToken', {
    params: byId,
    response: access.tokenChanged,
  }),
} as const
