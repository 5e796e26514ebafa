export { type ClientOptions, RampartProvider, type RampartProviderOptions } from './provider.ts'
