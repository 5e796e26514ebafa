/** What the environment says about a proxy between here and an address. */
export type Proxying =
  | { readonly kind: 'none' }
  /** `NO_PROXY` takes the address out. */
  | { readonly kind: 'exempt'; readonly proxy: string }
  /** Node.js only reads the variable when it is told to (`NODE_USE_ENV_PROXY`, nodejs.org/api/cli.html). */
  | { readonly kind: 'ignored'; readonly proxy: string; readonly from: string }
  | { readonly kind: 'used'; readonly proxy: string; readonly from: string }

type Env = Readonly<Record<string, string | undefined>>

/** How requests to `url` travel from here. */
export function proxyFor(url: URL, env: Env): Proxying {
  const names = url.protocol === 'https:' ? ['https_proxy', 'HTTPS_PROXY'] : ['http_proxy', 'HTTP_PROXY']
  const from = names.find((name) => set(env[name]))
  const proxy = from === undefined ? undefined : env[from]
  if (from === undefined || proxy === undefined) return { kind: 'none' }
  if (isExempt(url, env['no_proxy'] ?? env['NO_PROXY'] ?? '')) return { kind: 'exempt', proxy }
  const told = env['NODE_USE_ENV_PROXY'] === '1' || (env['NODE_OPTIONS'] ?? '').includes('--use-env-proxy')
  return { kind: told ? 'used' : 'ignored', proxy, from }
}

function set(value: string | undefined): boolean {
  return value !== undefined && value !== ''
}

/** `*`, `host`, `host:port`, `.domain` and `*.domain`, separated by commas or spaces. */
function isExempt(url: URL, list: string): boolean {
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      if (entry === '') return false
      if (entry === '*' || entry === url.host || entry === url.hostname) return true
      const domain = entry.replace(/^\*(?=\.)/, '')
      return domain.startsWith('.') && url.hostname.endsWith(domain)
    })
}
