export { createClient } from './client.ts'
export type { FetchLike } from './http.ts'
export type { Logger } from './logger.ts'
export type {
  Asked,
  AttributeValue,
  BoundClient,
  Change,
  ClientOptions,
  Context,
  Details,
  ErrorCode,
  Events,
  FlagClient,
  FlagFacts,
  FlagKey,
  Flags,
  Hook,
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
