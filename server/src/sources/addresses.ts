import { BlockList, isIP } from 'node:net'

/** Which addresses metric sources may have. */
export interface AddressPolicy {
  /** @param address an IP address */
  permits(address: string): boolean
}

/** Networks that only this machine, or its own network, can reach. */
const PRIVATE_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/4',
  '240.0.0.0/4',
]
const PRIVATE_V6 = ['::/127', '64:ff9b::/96', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8']

/**
 * Whoever writes a guard says which address the server asks. Private networks are closed to them, unless who runs the server has
 * opened them: services there often trust whoever reaches them.
 *
 * @param opened networks such as `10.0.0.0/8` or `::1/128`, or `all`
 */
export function addressPolicy(opened: readonly string[] | 'all'): AddressPolicy {
  if (opened === 'all') return { permits: (address) => isIP(address) !== 0 }
  const closed = listOf([...PRIVATE_V4, ...PRIVATE_V6])
  const open = listOf(opened)
  return {
    permits(address) {
      const family = isIP(address)
      if (family === 0) return false
      const kind = family === 4 ? 'ipv4' : 'ipv6'
      return open.check(address, kind) || !closed.check(address, kind)
    },
  }
}

/** Whether a text is a network: an IP address with the length of its prefix. */
export function isNetwork(text: string): boolean {
  const { address, prefix, family } = networkOf(text)
  return (
    family !== 0 && Number.isInteger(prefix) && prefix >= 0 && prefix <= (family === 4 ? 32 : 128) && address !== ''
  )
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const { address, prefix, family } of networks.map(networkOf))
    list.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6')
  return list
}

function networkOf(text: string) {
  const slash = text.lastIndexOf('/')
  const address = slash === -1 ? text : text.slice(0, slash)
  const family = isIP(address)
  const digits = slash === -1 ? String(family === 4 ? 32 : 128) : text.slice(slash + 1)
  return { address, family, prefix: /^\d{1,3}$/.test(digits) ? Number(digits) : Number.NaN }
}
