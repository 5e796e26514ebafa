import type { BrowserClient, BrowserClientOptions } from '@rampart/browser'
import { createClientIn } from './client.ts'
import { createRemoteSource } from './remote-source.ts'
import { thisPage } from './surroundings.ts'

/**
 * As `createBrowserClient` of `@rampart/browser`, and the server evaluates: the page gets values with their reasons and no
 * rule. Another context has to be asked for: until its answers are in, `identify` keeps the old ones.
 */
export function createBrowserClient(options: BrowserClientOptions): BrowserClient {
  return createClientIn(thisPage, options, createRemoteSource, ' remote')
}

export type { BrowserClient, BrowserClientOptions } from '@rampart/browser'
