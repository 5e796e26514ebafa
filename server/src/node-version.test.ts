import { expect, test } from 'vitest'
import { unsuitable } from './node-version.ts'

test.each([
  ['22.18.0', '10'],
  ['24.11.0', '10'],
  ['26.0.0', '11'],
])('Node %s with Node-API %s runs the server', (node, napi) => {
  expect(unsuitable({ node, napi })).toBeUndefined()
})

test.each([
  ['20.19.0', '9'],
  ['22.17.1', '10'],
  ['23.11.0', '10'],
  ['24.10.0', '10'],
  ['24.11.0', '9'],
])('Node %s with Node-API %s is refused in words', (node, napi) => {
  expect(unsuitable({ node, napi })).toBe(
    `Rampart needs Node ^22.18.0 || >=24.11.0 (Node-API 10); this is ${node} (Node-API ${napi}).`,
  )
})
