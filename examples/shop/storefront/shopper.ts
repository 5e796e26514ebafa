/** Whoever the address names, or somebody new. */
export function shopperOfAddress(): string {
  return new URL(location.href).searchParams.get('shopper') || newShopper()
}

/** Makes the address name this shopper, so that a reload shows the same page. */
export function rememberInAddress(shopper: string): void {
  const address = new URL(location.href)
  address.searchParams.set('shopper', shopper)
  history.replaceState(null, '', address)
}

export function newShopper(): string {
  return `visitor-${crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36) ?? ''}`
}
