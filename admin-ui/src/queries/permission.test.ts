import { expect, test } from 'vitest'
import { permissionFor } from './permission.ts'

const place = { project: 'shop', environment: 'production', flag: 'a' }

test('a route asks for its own verb at the place', () => {
  expect(permissionFor({ scopes: ['admin@*'] }, 'switchFlag', place)).toEqual({ ok: true })
  expect(permissionFor({ scopes: ['write@shop/development'] }, 'switchFlag', place).ok).toBe(false)
})

test('who may only kill may kill, and is told what the rest needs', () => {
  const session = { scopes: ['kill@shop/production'] }
  expect(permissionFor(session, 'killFlag', place)).toEqual({ ok: true })
  expect(permissionFor(session, 'restoreFlag', place)).toEqual({
    ok: false,
    why: 'Needs write in production; you have read, kill.',
  })
})

test('who has nothing there is told so', () => {
  expect(permissionFor({ scopes: [] }, 'createProject', {})).toEqual({
    ok: false,
    why: 'Needs admin in this installation; you have no right there.',
  })
})
