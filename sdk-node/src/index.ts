export { createClient } from './client.ts'
export type { FetchLike } from './http.ts'
export type { Logger } from './logger.ts'
export type {
  AttributeValue,
  BoundClient,
  Change,
  ClientOptions,
  Context,
  Details,
  ErrorCode,
  Events,
  FlagClient,
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
