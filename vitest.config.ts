import { defineConfig } from 'vitest/config'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (!(major > 24 || (major === 24 && minor >= 11) || (major === 22 && minor >= 18))) {
  throw new Error(`The tests need Node 22.18 or 24.11, this is ${process.versions.node}: start them with npm test.`)
}

const NOT_OURS = ['**/node_modules/**', '**/dist/**']

export default defineConfig({
  test: {
    reporters: ['default', './test/support/closing-line.ts'],
    coverage: { provider: 'v8', include: ['*/src/**/*.ts'], exclude: ['**/*.test.ts', 'admin-ui/**'] },
    projects: [
      {
        test: {
          name: 'unit',
          expect: { poll: { timeout: 15_000 } },
          // one project after another: each has as many workers as its tests carry
          sequence: { groupOrder: 0 },
          include: ['{core,contract,server,cli,admin-ui}/**/*.test.ts', 'test/bench/**/*.test.ts'],
          exclude: NOT_OURS,
          // one process for many files, half the time of a process each: what these change of it, they put back
          isolate: false,
          testTimeout: 20_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'sdks',
          setupFiles: ['test/support/patience.ts'],
          expect: { poll: { timeout: 15_000 } },
          sequence: { groupOrder: 0 },
          include: ['{sdk-node,sdk-browser,examples}/**/*.test.ts', 'adapters/**/*.test.{ts,tsx}', 'test/*.test.ts'],
          exclude: NOT_OURS,
          // a process for each file: several ways to stand before the network, and globals of pages, do not go together
          isolate: true,
          testTimeout: 20_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'stories',
          sequence: { groupOrder: 1 },
          include: ['test/stories/**/*.test.ts'],
          globalSetup: ['test/support/built.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // each story starts real processes: two at a time is what two cores carry
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'long-stories',
          sequence: { groupOrder: 3 },
          include: ['test/long-stories/**/*.test.ts'],
          globalSetup: ['test/support/built.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          // these wait more than they work
          maxWorkers: 3,
        },
      },
      {
        test: {
          name: 'browser',
          sequence: { groupOrder: 2 },
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/support/built.ts', 'test/support/chromium-unpacked.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
        },
      },
    ],
  },
})
