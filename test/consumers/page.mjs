import { OpenFeature } from '@openfeature/web-sdk'
import { RampartProvider } from '@rampart/openfeature-web'
import { createTestBrowserClient } from '@rampart/testing/browser'

OpenFeature.setProvider(new RampartProvider({ url: 'https://flags.example', key: 'rmp_pub_test' }))
export const shown = createTestBrowserClient({ checkout: true }).isEnabled('checkout')
