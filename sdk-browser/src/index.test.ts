import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { SDK } from './identity.ts'
import * as entry from './index.ts'

test('the package gives out createBrowserClient and nothing else at run time', () => {
  expect(Object.keys(entry)).toEqual(['createBrowserClient'])
})

test('the SDK calls itself what its package is called', () => {
  const { name, version }: { name: string; version: string } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  )
  expect(SDK).toEqual({ name, version })
})
