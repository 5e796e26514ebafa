export { RampartProvider, type RampartProviderOptions } from './provider.ts'
