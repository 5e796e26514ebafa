/** One way to ask for a flag, ready to be pasted. */
export interface Snippet {
  readonly stack: string
  /** What has to be installed first; undefined when nothing has. */
  readonly install?: string
  readonly code: string
}

/** What stands in the snippets of a project. */
export interface SnippetFacts {
  /** The address of the server, without a slash at its end. */
  readonly url: string
  readonly flag: string
}

/** For services. The key stays in the environment of the process: no snippet has it. */
export function serverSnippets({ url, flag }: SnippetFacts): readonly Snippet[] {
  return [
    {
      stack: 'Node.js',
      install: 'npm install @rampart/node',
      code: lines(
        `import { createClient } from '@rampart/node'`,
        '',
        `const flags = createClient({ url: '${url}', key: process.env.RAMPART_SDK_KEY })`,
        `await flags.ready()`,
        '',
        `console.log(flags.isEnabled('${flag}', 'user-1'))`,
      ),
    },
    {
      stack: 'OpenFeature',
      install: 'npm install @rampart/openfeature-server @rampart/node @openfeature/server-sdk',
      code: lines(
        `import { OpenFeature } from '@openfeature/server-sdk'`,
        `import { RampartProvider } from '@rampart/openfeature-server'`,
        '',
        `const provider = new RampartProvider({ url: '${url}', key: process.env.RAMPART_SDK_KEY })`,
        `await OpenFeature.setProviderAndWait(provider)`,
        '',
        `const client = OpenFeature.getClient()`,
        `console.log(await client.getBooleanValue('${flag}', false, { targetingKey: 'user-1' }))`,
      ),
    },
    {
      stack: 'Any language, by OFREP',
      code: lines(
        `curl -sS ${url}/ofrep/v1/evaluate/flags/${flag} \\`,
        `  -H "Authorization: Bearer $RAMPART_SDK_KEY" \\`,
        `  -H "Content-Type: application/json" \\`,
        `  -d '{"context":{"targetingKey":"user-1"}}'`,
      ),
    },
  ]
}

/** For pages. A client key is public, and stands in them. */
export function clientSnippets({ url, flag }: SnippetFacts, key: string): readonly Snippet[] {
  return [
    {
      stack: 'Browser',
      install: 'npm install @rampart/browser',
      code: lines(
        `import { createBrowserClient } from '@rampart/browser'`,
        '',
        `const flags = createBrowserClient({`,
        `  url: '${url}',`,
        `  key: '${key}',`,
        `  context: { targetingKey: 'user-1' },`,
        `})`,
        `await flags.ready()`,
        '',
        `console.log(flags.isEnabled('${flag}'))`,
      ),
    },
    {
      stack: 'React',
      install: 'npm install @rampart/browser',
      code: lines(
        `import { FlagsProvider, useFlag } from '@rampart/browser/react'`,
        '',
        `function Checkout() {`,
        `  return <p>{useFlag('${flag}', false) ? 'The new one' : 'The old one'}</p>`,
        `}`,
        '',
        `export function App() {`,
        `  return (`,
        `    <FlagsProvider`,
        `      url="${url}"`,
        `      clientKey="${key}"`,
        `      context={{ targetingKey: 'user-1' }}`,
        `    >`,
        `      <Checkout />`,
        `    </FlagsProvider>`,
        `  )`,
        `}`,
      ),
    },
    {
      stack: 'OpenFeature',
      install: 'npm install @rampart/openfeature-web @rampart/browser @openfeature/web-sdk',
      code: lines(
        `import { OpenFeature } from '@openfeature/web-sdk'`,
        `import { RampartProvider } from '@rampart/openfeature-web'`,
        '',
        `await OpenFeature.setContext({ targetingKey: 'user-1' })`,
        `await OpenFeature.setProviderAndWait(`,
        `  new RampartProvider({`,
        `    url: '${url}',`,
        `    key: '${key}',`,
        `  }),`,
        `)`,
        '',
        `console.log(OpenFeature.getClient().getBooleanValue('${flag}', false))`,
      ),
    },
  ]
}

/** One below the other. */
function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`
}
