import { OpenFeature } from '@openfeature/server-sdk'
import { createBrowserClient } from '@rampart/browser'
import { createClient } from '@rampart/node'
import { RampartProvider } from '@rampart/openfeature-server'
import { RampartProvider as InPage } from '@rampart/openfeature-web'
import { telemetryHook } from '@rampart/otel'
import { createTestClient, withFlags } from '@rampart/testing'
import { createTestBrowserClient } from '@rampart/testing/browser'
import { routeFlags } from '@rampart/testing/playwright'

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
