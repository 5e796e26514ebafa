import { createClient } from '@rampart/node'
import { RampartProvider } from '@rampart/openfeature-server'
import { RampartProvider as InPage } from '@rampart/openfeature-web'
import { telemetryHook } from '@rampart/otel'
import { createTestClient, type TestClient } from '@rampart/testing'
import { createTestBrowserClient, type TestBrowserClient } from '@rampart/testing/browser'
import { FlagsTestProvider, type FlagsTestProviderProps } from '@rampart/testing/react'

const flags: TestClient = createTestClient({ checkout: true })
const inPage: TestBrowserClient = createTestBrowserClient({ checkout: true })
const client = createClient({ hooks: [telemetryHook({ as: 'span event' })], bootstrap: flags.flags.snapshot() })

export const on: boolean = client.isEnabled('checkout', 'ana') && inPage.isEnabled('checkout')
export const items: number = flags.get('items', { targetingKey: 'ana' }, 5)
export const onServer: import('@openfeature/server-sdk').Provider = new RampartProvider(client)
export const inBrowser: import('@openfeature/web-sdk').Provider = new InPage({ url: '/', key: 'rmp_pub_test' })
// @ts-expect-error the value is a number, like the fallback
export const wrong: string = flags.get('items', 'ana', 5)
// @ts-expect-error there is no such option
createClient({ sdkKey: 'x' })
// @ts-expect-error there is no such way
telemetryHook({ as: 'metric' })
// @ts-expect-error the context is OpenFeature's
export const other = new InPage({ url: '/', key: 'rmp_pub_test', context: 'ana' })

export const props: FlagsTestProviderProps = { flags: { checkout: true } }
void FlagsTestProvider(props)
