import { run } from './run.ts'
import type { TestServer } from './test-server.ts'
import { type TestWorldOptions, testWorld } from './test-world.ts'

/** What a command said and how it ended. */
export interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
  readonly json: () => unknown
}

/** Runs command lines against a server, as a script would. Words are split at spaces; give a list when one holds some. */
export function commandsOf(server: () => TestServer) {
  return async (line: string | readonly string[], options: TestWorldOptions = {}): Promise<Said> => {
    const world = testWorld({ ...options, env: { ...server().env, ...options.env } })
    const code = await run(typeof line === 'string' ? line.split(' ') : line, world)
    return { code, out: world.out(), err: world.err(), json: () => JSON.parse(world.out()) }
  }
}
