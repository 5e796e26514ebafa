/** The key a name suggests: `New checkout flow` is `new-checkout-flow`. Empty when the name has nothing to keep. */
export function keyFrom(name: string): string {
  return name
    .replaceAll('ß', 'ss')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9._~]+/g, '-')
    .replace(/^[^a-z0-9_]+|-+$/g, '')
    .slice(0, 128)
}
