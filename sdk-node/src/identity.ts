import type { EventsBatch } from '@rampart/contract/wire'

/** As in package.json; a test keeps them equal. */
export const SDK = { name: '@rampart/node', version: '0.1.0' } as const

/** What an instance says about itself with everything it sends. */
export type Identity = Pick<EventsBatch, 'instance' | 'sdk' | 'app'>

export function identityOf(instance: string, application: EventsBatch['app'] | undefined): Identity {
  return { instance, sdk: SDK, ...(application && { app: application }) }
}
