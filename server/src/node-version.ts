/** What the server needs of Node; better-sqlite3 ends the process without a word on anything older. */
const NEEDED = '^22.18.0 || >=24.11.0'
const NEEDED_NAPI = 10

/** Why this Node cannot run the server; undefined when it can. */
export function unsuitable({
  node,
  napi = '0',
}: {
  readonly node: string
  readonly napi?: string
}): string | undefined {
  const [major = 0, minor = 0] = node.split('.').map(Number)
  const inRange = (major === 22 && minor >= 18) || (major === 24 && minor >= 11) || major > 24
  if (inRange && Number(napi) >= NEEDED_NAPI) return undefined
  return `Rampart needs Node ${NEEDED} (Node-API ${NEEDED_NAPI}); this is ${node} (Node-API ${napi}).`
}
