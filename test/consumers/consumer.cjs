const { OpenFeature } = require('@openfeature/server-sdk')
const { createBrowserClient } = require('@rampart/browser')
const { createClient } = require('@rampart/node')
const { RampartProvider } = require('@rampart/openfeature-server')
const { RampartProvider: InPage } = require('@rampart/openfeature-web')
const { telemetryHook } = require('@rampart/otel')
const { createTestClient, withFlags } = require('@rampart/testing')
const { createTestBrowserClient } = require('@rampart/testing/browser')
const { routeFlags } = require('@rampart/testing/playwright')

const flags = createTestClient({ checkout: true, ranker: 'bm25' })
const client = createClient({
  transport: 'offline',
  bootstrap: flags.flags.snapshot(),
  hooks: [telemetryHook()],
  logger: 'silent',
})
const inPage = createTestBrowserClient({ checkout: true })

async function main() {
  await OpenFeature.setProviderAndWait(new RampartProvider(client))
  const { value, reason, flagMetadata } = await OpenFeature.getClient().getBooleanDetails('checkout', false)
  console.log('node', client.isEnabled('checkout', 'ana'))
  console.log(
    'testing',
    withFlags({ checkout: false }, () => flags.isEnabled('checkout', 'ana')),
    inPage.get('checkout', false),
  )
  console.log('openfeature', value, reason, flagMetadata.flagSetId)
  console.log('browser', typeof createBrowserClient, typeof InPage, typeof routeFlags)
}

void main()
