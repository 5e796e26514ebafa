import { createClientIn } from './client.ts'
import { createLocalSource } from './local.ts'
import { thisPage } from './surroundings.ts'
import type { BrowserClient, BrowserClientOptions } from './types.ts'

/**
 * Makes a client; one per page is enough. It connects at once. Until the server is heard, flags answer from `bootstrap`
 * or the cache, and give their fallbacks when there is neither; await `ready()` to have values before the first question.
 * What is wrong with the options is logged, never thrown.
 */
export function createBrowserClient(options: BrowserClientOptions): BrowserClient {
  return createClientIn(thisPage, options, createLocalSource, '')
}

export type { Logger } from './log.ts'
export type {
  AttributeValue,
  Bootstrap,
  BrowserClient,
  BrowserClientOptions,
  Context,
  Details,
  ErrorCode,
  Events,
  Fallback,
  FlagFacts,
  FlagKey,
  Flags,
  Json,
  Milliseconds,
  Readiness,
  Reason,
  Register,
  Snapshot,
  Status,
  SwitchKey,
  Unit,
  Unsubscribe,
  Value,
} from './types.ts'
