/** What begins like a secret of ours, however it was written into an address, up to where it ends. */
const SECRET = /rmp(_|%5f)(pat|svc|srv|pub|kill)(?:_|%5f)[a-z0-9_%]{4,}/gi

/** A text in which secrets are cut to their kind: `rmp_svc_…`. */
export function withoutSecrets(text: string): string {
  return text.replaceAll(SECRET, (_, __: string, kind: string) => `rmp_${kind.toLowerCase()}_…`)
}
