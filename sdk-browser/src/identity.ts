import type { EventsBatch } from '@rampart/contract/wire'

/** As in package.json; a test keeps them equal. */
export const SDK = { name: '@rampart/browser', version: '0.1.0' } as const

/** Longer names are cut: the server takes no longer ones. */
const LONGEST_NAME = 128

/** What a page says about itself with everything it sends. */
export type Identity = Pick<EventsBatch, 'instance' | 'sdk' | 'app'>

export function identityOf(application: { readonly name: string; readonly version?: string } | undefined): Identity {
  const name = application?.name
  const version = application?.version
  return {
    instance: randomId(),
    sdk: SDK,
    ...(name && { app: { name: cut(name), ...(version && { version: cut(version) }) } }),
  }
}

/** 128 bits in hexadecimal. Not `randomUUID`, which pages without https do not have. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(16).padStart(8, '0')).join('')
}

function cut(text: string): string {
  return String(text).slice(0, LONGEST_NAME)
}
