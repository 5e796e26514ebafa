import { compile, cut, evaluate, position, rolloutSeed, type Snapshot, type WireFlag } from '@rampart/core'
import murmurhash from 'murmurhash'

const flag = (key: string, p: number): WireFlag => ({
  key,
  version: 41,
  type: 'boolean',
  hash: 'rampart-1',
  on: true,
  off: 0,
  variations: ['off', 'on'],
  values: [false, true],
  rules: [],
  serve: { to: 1, ...(p < 100 ? { rollout: [p, 0] as const } : {}) },
})
const c = compile({
  format: 1,
  project: 'p',
  environment: 'e',
  audience: 'server',
  revision: 41,
  flags: [flag('half', 50), flag('all', 100), ...Array.from({ length: 500 }, (_, i) => flag('flag-' + i, 50))],
  segments: [],
  layers: [],
  watches: [],
  salt: '',
  hints: { flushMs: 1, pollMs: 1, ackSpreadMs: 0 },
})
const units = Array.from({ length: 4096 }, (_, i) => crypto.randomUUID())
const ctx = units.map((u) => ({ targetingKey: u, country: 'DE' }))
const m = new Map([
  ['half', { seed: rolloutSeed('half'), cut: cut(50) }],
  ['all', { seed: 0, cut: cut(100) }],
  ...Array.from({ length: 500 }, (_, i) => ['flag-' + i, { seed: i, cut: cut(50) }] as const),
])
const enc = new TextEncoder(),
  buf = new Uint8Array(36)
const bytes = units.map((u) => enc.encode(u))
const f = {
  floorString(i: number) {
    const e = m.get('half')!
    return murmurhash.v3(units[i & 4095]!, e.seed) < e.cut
  },
  floorBytes(i: number) {
    const e = m.get('half')!
    return murmurhash.v3(bytes[i & 4095]!, e.seed) < e.cut
  },
  floorInto(i: number) {
    const e = m.get('half')!
    enc.encodeInto(units[i & 4095]!, buf)
    return murmurhash.v3(buf, e.seed) < e.cut
  },
  floorPosition(i: number) {
    const e = m.get('half')!
    return position(units[i & 4095]!, e.seed) < e.cut
  },
  half(i: number) {
    return evaluate(c, 'half', units[i & 4095]!).value === true
  },
  halfCtx(i: number) {
    return evaluate(c, 'half', ctx[i & 4095]!).value === true
  },
  fixed(i: number) {
    return evaluate(c, 'all', units[i & 4095]!).value === true
  },
}
const t: Record<string, number[]> = {}
for (let r = 0; r < 40; r++)
  for (const [k, g] of Object.entries(f)) {
    let n = 0
    const a = performance.now()
    for (let i = 0; i < 100000; i++) if (g(i)) n++
    const b = performance.now()
    ;(t[k] ??= []).push((b - a) * 10)
    if (n < 0) console.log(n)
  }
for (const k in t)
  console.log(
    k,
    t[k]!.slice(5)
      .sort((a, b) => a - b)[17]!
      .toFixed(1),
    'ns',
  )
