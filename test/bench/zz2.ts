import murmurhash from 'murmurhash'

const mk = process.argv[2] === 'flat'
const units = Array.from({ length: 4096 }, (_, i) => {
  const u = crypto.randomUUID()
  return mk ? Buffer.from(u).toString('latin1') : u
})
const pool = Array.from({ length: 129 }, (_, n) => new Uint8Array(n))
const one = new Uint8Array(36)
function a(text: string) {
  const b = pool[text.length]
  if (!b) return pool[0]!
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c > 127) return pool[0]!
    b[i] = c
  }
  return b
}
function a3(text: string) {
  const n = text.length
  const b = pool[n]
  if (b === undefined) return pool[0]!
  const e = n & ~3
  let i = 0
  for (; i < e; i += 4) {
    const w = text.charCodeAt(i),
      x = text.charCodeAt(i + 1),
      y = text.charCodeAt(i + 2),
      z = text.charCodeAt(i + 3)
    if ((w | x | y | z) > 127) return pool[0]!
    b[i] = w
    b[i + 1] = x
    b[i + 2] = y
    b[i + 3] = z
  }
  for (; i < n; i++) {
    const c = text.charCodeAt(i)
    if (c > 127) return pool[0]!
    b[i] = c
  }
  return b
}
function a4(text: string) {
  const n = text.length
  const b = one
  for (let i = 0; i < n; i++) {
    const c = text.charCodeAt(i)
    if (c > 127) return pool[0]!
    b[i] = c
  }
  return b
}
function only(text: string) {
  let s = 0
  for (let i = 0; i < text.length; i++) s |= text.charCodeAt(i)
  return s
}
function only4(text: string) {
  let s = 0
  for (let i = 0; i < text.length; i += 4)
    s |= text.charCodeAt(i) | text.charCodeAt(i + 1) | text.charCodeAt(i + 2) | text.charCodeAt(i + 3)
  return s
}
const enc = new TextEncoder()
const v3 = murmurhash.v3
const f = {
  enc(i: number) {
    return a(units[i & 4095]!).length
  },
  enc3(i: number) {
    return a3(units[i & 4095]!).length
  },
  enc4(i: number) {
    return a4(units[i & 4095]!).length
  },
  only(i: number) {
    return only(units[i & 4095]!)
  },
  only4(i: number) {
    return only4(units[i & 4095]!)
  },
  into(i: number) {
    return enc.encodeInto(units[i & 4095]!, one).written
  },
  re(i: number) {
    return /[^ -~]/.test(units[i & 4095]!) ? 1 : 0
  },
  hash(i: number) {
    return v3(a(units[i & 4095]!), 7)
  },
  hash3(i: number) {
    return v3(a3(units[i & 4095]!), 7)
  },
}
const t: Record<string, number[]> = {}
for (let r = 0; r < 40; r++)
  for (const [k, g] of Object.entries(f)) {
    let n = 0
    const a = performance.now()
    for (let i = 0; i < 100000; i++) n ^= g(i)
    const b = performance.now()
    ;(t[k] ??= []).push((b - a) * 10)
    if (n < -1e20) console.log(n)
  }
for (const k in t)
  console.log(
    k,
    t[k]!.slice(5)
      .sort((a, b) => a - b)[17]!
      .toFixed(1),
    'ns',
  )
