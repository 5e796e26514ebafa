export { createBrowserClient } from './client.ts'
export type { Logger } from './log.ts'
export type {
  AttributeValue,
  BrowserClient,
  BrowserClientOptions,
  Context,
  Details,
  ErrorCode,
  Events,
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
} from './types.ts'
