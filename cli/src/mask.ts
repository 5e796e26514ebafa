const SECRET = /^rmp_[a-z]+_[a-z2-7]{26}_[a-z2-7]{6}$/

/** A secret as it may be shown: `rmp_svc_…a81f`, or only that it does not look like one of Rampart's. */
export function maskSecret(secret: string): string {
  if (!SECRET.test(secret)) return `(${secret.length} characters, no key of Rampart: cut or mistyped?)`
  return `${secret.slice(0, secret.indexOf('_', 4) + 1)}…${secret.slice(-4)}`
}

/** The address of a proxy without the password in it. */
export function maskAddress(address: string): string {
  return address.replace(/\/\/[^@/]*@/, '//…@')
}
