import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root, type SourceFile, sourceFiles, withoutComments } from './support/imports.ts'

/*
 * The house of docs/architecture.md as a test: who may import whom, which files are pure, what each package exports.
 */

type Room =
  | 'core'
  | 'contract/wire'
  | 'contract/admin'
  | 'contract/errors'
  | 'server'
  | 'sdk-node'
  | 'sdk-browser'
  | 'cli'
  | 'admin-ui'
  | 'adapters'
  | 'examples'
  | 'test'

interface Rule {
  readonly rooms: readonly Room[]
  readonly builtins: boolean
  /** `any`, or the packages that are allowed. */
  readonly npm: 'any' | readonly string[]
  readonly instead: string
}

const RULES: Record<Room, Rule> = {
  core: {
    rooms: ['core'],
    builtins: false,
    npm: ['murmurhash'],
    instead: 'hand it in as an argument; effects belong to the SDK or the server',
  },
  'contract/wire': {
    rooms: ['core', 'contract/wire'],
    builtins: false,
    npm: [],
    instead: 'SDKs bundle this folder: write a guard by hand',
  },
  'contract/errors': { rooms: [], builtins: false, npm: [], instead: 'one table, no dependency' },
  'contract/admin': {
    rooms: ['core', 'contract/wire', 'contract/admin', 'contract/errors'],
    builtins: false,
    npm: ['zod'],
    instead: 'behaviour belongs to the server, looks to the UI or CLI',
  },
  server: {
    rooms: ['core', 'contract/wire', 'contract/admin', 'contract/errors', 'server'],
    builtins: true,
    npm: 'any',
    instead: 'what a client shares with the server belongs to contract or core',
  },
  'sdk-node': {
    rooms: ['core', 'contract/wire', 'sdk-node'],
    builtins: true,
    npm: ['eventsource', 're2js'],
    instead: 'what SDKs share belongs to core (decisions) or contract/wire (formats)',
  },
  'sdk-browser': {
    rooms: ['core', 'contract/wire', 'sdk-browser'],
    builtins: false,
    // For its React entry alone.
    npm: ['react'],
    instead: 'what SDKs share belongs to core (decisions) or contract/wire (formats), and every byte is the visitor’s',
  },
  cli: {
    rooms: ['core', 'contract/wire', 'contract/admin', 'contract/errors', 'cli'],
    builtins: true,
    npm: ['commander', 'picocolors', 'string-width'],
    instead: 'ask the server through contract/admin',
  },
  'admin-ui': {
    rooms: ['core', 'contract/wire', 'contract/admin', 'contract/errors', 'admin-ui'],
    builtins: false,
    npm: 'any',
    instead: 'ask the server through contract/admin',
  },
  adapters: {
    rooms: ['core', 'contract/wire', 'sdk-node', 'sdk-browser', 'adapters'],
    builtins: true,
    npm: [
      '@openfeature/core',
      '@openfeature/server-sdk',
      '@openfeature/web-sdk',
      '@opentelemetry/api',
      '@opentelemetry/api-logs',
      'msw',
      'react',
    ],
    instead: 'an adapter stands on a published SDK and on what the application has already',
  },
  examples: {
    rooms: ['sdk-node', 'sdk-browser', 'examples'],
    builtins: true,
    npm: 'any',
    instead: 'an example uses what a user can install',
  },
  test: {
    rooms: [
      'core',
      'contract/wire',
      'contract/admin',
      'contract/errors',
      'server',
      'sdk-node',
      'sdk-browser',
      'cli',
      'adapters',
      'test',
    ],
    builtins: true,
    npm: 'any',
    instead: 'test through the front door',
  },
}

const PACKAGES: Record<string, Room> = {
  '@rampart/core': 'core',
  '@rampart/contract/wire': 'contract/wire',
  '@rampart/contract/admin': 'contract/admin',
  '@rampart/contract/errors': 'contract/errors',
  '@rampart/contract/openapi': 'contract/admin',
  '@rampart/server': 'server',
  '@rampart/server/testing': 'server',
  '@rampart/node': 'sdk-node',
  '@rampart/browser': 'sdk-browser',
  '@rampart/browser/react': 'sdk-browser',
  '@rampart/browser/remote': 'sdk-browser',
  '@rampart/browser/vitals': 'sdk-browser',
  '@rampart/browser/overrides': 'sdk-browser',
  '@rampart/cli': 'cli',
  '@rampart/openfeature': 'adapters',
  '@rampart/openfeature-server': 'adapters',
  '@rampart/openfeature-web': 'adapters',
  '@rampart/otel': 'adapters',
  '@rampart/testing': 'adapters',
  '@rampart/testing/browser': 'adapters',
  '@rampart/testing/msw': 'adapters',
  '@rampart/testing/react': 'adapters',
  '@rampart/testing/playwright': 'adapters',
}

const FOLDERS = [
  'core',
  'contract',
  'server',
  'sdk-node',
  'sdk-browser',
  'cli',
  'admin-ui',
  'adapters',
  'examples',
  'test',
]
const isTest = (path: string): boolean =>
  /\.test\.tsx?$/.test(path) || path.startsWith('test/') || path.includes('/test-')
const everything = sourceFiles(FOLDERS)
const sources = everything.filter(({ path }) => !isTest(path))

function roomOf(path: string): Room | undefined {
  const [first = '', second = '', third = ''] = path.split('/')
  if (first === 'contract')
    return third === 'wire' ? 'contract/wire' : third === 'admin' ? 'contract/admin' : 'contract/errors'
  if (first === 'scripts') return 'test'
  return [...Object.keys(RULES)].find((room): room is Room => room === first && second !== '')
}

function refusal(file: SourceFile, name: string): string | undefined {
  const from = roomOf(file.path)
  if (from === undefined) return `${file.path}: lies in no room of the house`
  const rule = RULES[from]
  const say = (what: string): string => `${file.path} imports ${what}, which ${from} must not: ${rule.instead}`
  // The conditional imports of a package are files of its own.
  if (name.startsWith('#')) return undefined
  if (isBuiltin(name)) return rule.builtins ? undefined : say(name)
  const named = PACKAGES[name]
  if (named !== undefined) return rule.rooms.includes(named) ? undefined : say(name)
  if (name.startsWith('@rampart/')) return say(`${name}, which is no public entry`)
  const inside = roomOf(name)
  if (/^(?:[a-z-]+|examples\/[a-z-]+)\//.test(name) && inside !== undefined && name.includes('.')) {
    // Each folder of the adapters is a package of its own.
    const isNeighbour = from === 'adapters' && name.split('/')[1] !== file.path.split('/')[1]
    if (inside === from && !isNeighbour) return undefined
    const samePackage = inside.split('/')[0] === from.split('/')[0] && rule.rooms.includes(inside)
    return samePackage ? undefined : say(`${name} by its path; import the package by its name`)
  }
  if (rule.npm === 'any') return undefined
  const dependency = name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : (name.split('/')[0] ?? name)
  return rule.npm.includes(dependency) ? undefined : say(dependency)
}

describe('imports', () => {
  test('every import points towards core, as the table allows', () => {
    const refused = sources
      .flatMap((file) => file.imports.map((name) => refusal(file, name)))
      .filter((r) => r !== undefined)
    expect(refused).toEqual([])
  })

  test('only the composition root and tests name a dialect of the store', () => {
    const named = sources.filter(
      ({ path, imports }) =>
        path.startsWith('server/') &&
        !path.startsWith('server/src/store/sqlite/') &&
        imports.some((name) => name.startsWith('server/src/store/sqlite/') || name.startsWith('better-sqlite3')),
    )
    expect(named.map(({ path }) => path)).toEqual(['server/src/compose.ts'])
  })

  test('a feature of the server uses no routes of another', () => {
    const borrowed = sources.flatMap(({ path, imports }) =>
      imports
        .filter((name) => /^server\/src\/[a-z]+\/routes\.ts$/.test(name) && name.split('/')[2] !== path.split('/')[2])
        .map((name) => `${path} imports ${name}`),
    )
    expect(borrowed.filter((line) => !/^server\/src\/(app|compose)\.ts /.test(line))).toEqual([])
  })

  test('nothing is exported by default or wholesale', () => {
    const toolsWantDefault = /(?:vite|tsdown|vitest)\.config\.ts$/
    const open = sources.filter(
      ({ path, text }) => !toolsWantDefault.test(path) && /^export (?:default|\*)/m.test(withoutComments(text)),
    )
    expect(open.map(({ path }) => path)).toEqual([])
  })
})

describe('purity', () => {
  const PURE_NAMES =
    /^server\/src\/[a-z]+\/(?:rules|plan|decide|aggregate|audience|backoff|begin|build|cells|chart|cohort|counted|figures|fold|forecast|format|frozen|guard-source|guards|hashes|health|held-revisions|hints|increase|instant|judge|nearest|patch|pointer|progress|prometheus-counters|prometheus-format|prometheus-query|pushes|quantiles|reading|record|renewed|replay|respond|rollout|row|sent|slices|split|spread|steps|ticks|tiers|total|transitions|unsupported|uses|watch|windows)\.ts$/
  const isPure = ({ path }: SourceFile): boolean =>
    /^(?:core\/src|server\/src\/(?:conditions|ramp\/(?:stats|explain|findings)))\//.test(path) || PURE_NAMES.test(path)
  const IMPURE = /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bprocess\.|\bfetch\(|\bconsole\.|\bperformance\.now\b/

  test('core and the pure files of the server read no clock, no randomness and no outside world', () => {
    const pure = sources.filter(isPure)
    expect(pure.length).toBeGreaterThan(15)
    const impure = pure.filter(({ text }) => IMPURE.test(withoutComments(text)))
    expect(impure.map(({ path }) => `${path}: decide here, act at the edge; hand in the time as an argument`)).toEqual(
      [],
    )
  })

  test('the pure files of the server import only core, contract and one another', () => {
    const reaching = sources
      .filter((file) => isPure(file) && file.path.startsWith('server/'))
      .flatMap((file) =>
        file.imports
          .filter((name) => !name.startsWith('@rampart/'))
          .filter(
            (name) => !everything.some((other) => other.path === name && (isPure(other) || isTypesOnly(file, other))),
          )
          .map((name) => `${file.path} imports ${name}`),
      )
    expect(reaching).toEqual([])
  })

  /** A pure file may name the types of a file that acts, but not run it. */
  function isTypesOnly(file: SourceFile, other: SourceFile): boolean {
    if (other.path === 'server/src/ramp/state.ts' || other.path === 'server/src/app-error.ts') return true
    const base = other.path.split('/').at(-1) ?? ''
    const statements = withoutComments(file.text).match(/^import\s[^']*'[^']+'/gm) ?? []
    return statements.filter((s) => s.endsWith(`/${base}'`)).every((s) => s.startsWith('import type'))
  }

  test('only config.ts reads the environment of the server', () => {
    const reading = sources.filter(
      ({ path, text }) => path.startsWith('server/src/') && /\bprocess\.env\b/.test(withoutComments(text)),
    )
    expect(reading.map(({ path }) => path)).toEqual(['server/src/config.ts'])
  })
})

describe('sizes', () => {
  test('no source file is longer than 500 lines', () => {
    const long = sources.filter(({ lines }) => lines > 500)
    expect(long.map(({ path, lines }) => `${path}: ${lines}`)).toEqual([])
  })

  test('files over 300 lines are reported', () => {
    const rows = sources.filter(({ lines }) => lines > 300).sort((a, b) => b.lines - a.lines)
    if (rows.length > 0)
      console.info(`over 300 lines:\n${rows.map(({ path, lines }) => `  ${lines} ${path}`).join('\n')}`)
    expect(rows.length).toBeLessThan(10)
  })
})

describe('dependencies', () => {
  const NAMED = [
    'hono',
    '@hono/node-server',
    'drizzle-orm',
    'better-sqlite3',
    'murmurhash',
    'zod',
    'eventsource',
    're2js',
    'vitest',
    'msw',
  ]

  test.each(NAMED)('%s is a real dependency and in use', (name) => {
    const manifests = [
      ...FOLDERS.filter((f) => !['adapters', 'examples', 'test'].includes(f)),
      '.',
      'examples/shop',
    ].map(
      (folder) =>
        JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Record<string, Record<string, string>>,
    )
    const declared = manifests.some(
      (m) => m['dependencies']?.[name] !== undefined || m['devDependencies']?.[name] !== undefined,
    )
    const used = everything.some(({ imports }) => imports.some((i) => i === name || i.startsWith(`${name}/`)))
    expect({ declared, used }).toEqual({ declared: true, used: true })
  })
})
