import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

test('an empty environment is a server for this machine only', () => {
  expect(readConfig({})).toEqual({
    host: '127.0.0.1',
    port: 4280,
    dataFolder: resolve('data'),
    publicUrl: null,
    logLevel: 'info',
    bootstrapFile: null,
    privateSources: [],
  })
})

test('everything can be said', () => {
  expect(
    readConfig({
      PORT: '0',
      RAMPART_HOST: '0.0.0.0',
      RAMPART_DATA: '/var/lib/rampart',
      RAMPART_PUBLIC_URL: 'https://flags.example.com',
      RAMPART_LOG: 'debug',
      RAMPART_BOOTSTRAP_FILE: '/run/rampart.json',
      RAMPART_ALLOW_PRIVATE_SOURCES: '10.0.0.0/8, fd00::/8',
    }),
  ).toEqual({
    host: '0.0.0.0',
    port: 0,
    dataFolder: '/var/lib/rampart',
    publicUrl: new URL('https://flags.example.com'),
    logLevel: 'debug',
    bootstrapFile: '/run/rampart.json',
    privateSources: ['10.0.0.0/8', 'fd00::/8'],
  })
})

test('an empty variable counts as not set', () => {
  expect(readConfig({ PORT: '', RAMPART_PUBLIC_URL: '' })).toMatchObject({ port: 4280, publicUrl: null })
})

test('every mistake is told at once', () => {
  expect(() =>
    readConfig({ PORT: '70000', RAMPART_PUBLIC_URL: 'https://example.com/flags', RAMPART_LOG: 'loud' }),
  ).toThrow(
    [
      'PORT must be a port number',
      'RAMPART_PUBLIC_URL must have no path: Rampart serves a host of its own',
      'RAMPART_LOG must be one of: silent, fatal, error, warn, info, debug, trace',
    ].join('\n'),
  )
})

test('private sources are named by their networks, or all of them at once', () => {
  expect(readConfig({ RAMPART_ALLOW_PRIVATE_SOURCES: 'all' }).privateSources).toBe('all')
  expect(() => readConfig({ RAMPART_ALLOW_PRIVATE_SOURCES: '10.0.0.0/8,prometheus' })).toThrow(
    'RAMPART_ALLOW_PRIVATE_SOURCES must be all, or networks',
  )
})
