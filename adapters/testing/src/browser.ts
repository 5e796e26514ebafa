export type { Answered, Evaluation } from './asking.ts'
export {
  createTestBrowserClient,
  type TestBrowserClient,
  type TestBrowserClientOptions,
} from './browser-client.ts'
export { createTestFlags, type TestFlags, type When } from './flags.ts'
export type { Outcome } from './outcomes.ts'
