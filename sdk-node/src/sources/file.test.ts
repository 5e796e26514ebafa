import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { flag, snapshot } from '../test-snapshots.ts'
import { readBootstrapFile, readCacheFile, writeCacheFile } from './file.ts'

const HELD = snapshot(7, [flag('checkout')])

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'rampart-node-'))
  onTestFinished(() => rm(path, { recursive: true }))
  return path
}

test('what was written is read again, for the same key', async () => {
  const path = join(await folder(), 'deeper', 'cache.json')
  await writeCacheFile(path, 'rmp_srv_a', HELD)
  expect(await readCacheFile(path, 'rmp_srv_a')).toEqual({ kind: 'snapshot', snapshot: HELD })
})

test('a file of another key is not used: it belongs to another environment', async () => {
  const path = join(await folder(), 'cache.json')
  await writeCacheFile(path, 'rmp_srv_a', HELD)
  expect(await readCacheFile(path, 'rmp_srv_b')).toEqual({
    kind: 'unusable',
    problem: 'it was written for another SDK key',
  })
})

test('the file is readable by its owner only, names no key, and leaves nothing beside it', async () => {
  const place = await folder()
  const path = join(place, 'cache.json')
  await writeFile(path, 'older')
  await chmod(path, 0o644)
  await writeCacheFile(path, 'rmp_srv_secret', HELD)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readFile(path, 'utf8')).not.toContain('rmp_srv_secret')
  expect(await readdir(place)).toEqual(['cache.json'])
})

test('many writers at once leave one whole file', async () => {
  const path = join(await folder(), 'cache.json')
  const many = Array.from({ length: 20 }, (_, n) => snapshot(n + 1, [flag('checkout')]))
  await Promise.all(many.map((one) => writeCacheFile(path, 'rmp_srv_a', one)))
  expect(await readCacheFile(path, 'rmp_srv_a')).toEqual({ kind: 'snapshot', snapshot: expect.any(Object) })
})

test('a write that fails leaves nothing beside it', async () => {
  const place = await folder()
  // A folder cannot be replaced by a file.
  await expect(writeCacheFile(place, 'rmp_srv_a', HELD)).rejects.toThrow()
  expect((await readdir(join(place, '..'))).filter((name) => name.startsWith(`${place.split('/').at(-1)}.`))).toEqual(
    [],
  )
})

test.each(['', '{"format":1,"of":', '[]', 'null', '{"format":2,"of":"x","snapshot":{}}'])(
  'a damaged or foreign file is not used: %s',
  async (content) => {
    const path = join(await folder(), 'cache.json')
    await writeFile(path, content)
    expect(await readCacheFile(path, 'rmp_srv_a')).toEqual({ kind: 'unusable', problem: expect.any(String) })
  },
)

test('a bootstrap is a plain snapshot', async () => {
  const path = join(await folder(), 'bootstrap.json')
  expect(await readBootstrapFile(path)).toEqual({ kind: 'absent' })
  await writeFile(path, JSON.stringify(HELD))
  expect(await readBootstrapFile(path)).toEqual({ kind: 'snapshot', snapshot: HELD })
})
