import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { installPeers } from './install-peers.ts'
import type { Row } from './row.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const peers = fileURLToPath(new URL('peers/', import.meta.url))

/** What an application imports to ask for flags, as it would write it. */
const OURS = {
  'client, rules in the page': "export { createBrowserClient } from '@rampart/browser'",
  'client, values of the server': "export { createBrowserClient } from '@rampart/browser/remote'",
  'client and React': "export { createBrowserClient } from '@rampart/browser'\nexport * from '@rampart/browser/react'",
} as const

const THEIRS: Readonly<Record<string, string>> = {
  'Featurevisor (no transport)': "export { createInstance } from '@featurevisor/sdk'",
  'OpenFeature web SDK (no provider)': "export { OpenFeature } from '@openfeature/web-sdk'",
  'OpenFeature web SDK with OFREP':
    "export { OpenFeature } from '@openfeature/web-sdk'\nexport { OFREPWebProvider } from '@openfeature/ofrep-web-provider'",
  'Unleash (values of the server)': "export { UnleashClient } from 'unleash-proxy-client'",
  'Flagsmith (values of the server)': "export { default } from 'flagsmith'",
  GrowthBook: "export { GrowthBook } from '@growthbook/growthbook'",
  'LaunchDarkly (values of the server)': "export { initialize } from 'launchdarkly-js-client-sdk'",
  ConfigCat: "export { getClient } from '@configcat/sdk/browser'",
  'Statsig (values of the server)': "export { StatsigClient } from '@statsig/js-client'",
  'PostHog (all of the product)': "export { posthog } from 'posthog-js'",
}

const GOALS = { main: 6_000, remote: 3_500, react: 1_200 }

/** What an application adds to its page, minified and compressed by gzip -9, all by one bundler with one set of options. */
export async function run(): Promise<readonly Row[]> {
  if (!installPeers()) return [{ goal: 'packages to compare with', measured: 'not installed', limit: '', ok: false }]
  const [main, remote, withReact] = await Promise.all(
    Object.values(OURS).map((code) => sizeOf(code, root, ['rampart-page'])),
  )
  if (main === undefined || remote === undefined || withReact === undefined) throw new Error('nothing was built')
  const others = await Promise.all(
    Object.entries(THEIRS).map(async ([name, code]): Promise<Row> => {
      return { goal: `beside it: ${name}`, measured: kB(await sizeOf(code, peers, [])), limit: '', ok: true }
    }),
  )
  return [
    row('client, rules in the page', main, GOALS.main),
    row('client, values of the server', remote, GOALS.remote),
    row('React, on top of the client', withReact - main, GOALS.react),
    ...others,
  ]
}

async function sizeOf(contents: string, resolveDir: string, conditions: string[]): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    conditions,
    define: { 'process.env.NODE_ENV': '"production"' },
    external: ['react'],
    logLevel: 'error',
    write: false,
  })
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length
}

function row(goal: string, bytes: number, limit: number): Row {
  return { goal, measured: kB(bytes), limit: kB(limit), ok: bytes <= limit }
}

function kB(bytes: number): string {
  return `${(bytes / 1_000).toFixed(1)} kB`
}
