import type { Failure } from '@rampart/core'

/** A failure as part of a sentence. */
export function causeOf(failure: Failure): string {
  switch (failure.kind) {
    case 'status':
      return `the server answered ${failure.status}`
    case 'network':
      return failure.message
    case 'ended':
      return 'the connection was ended'
    case 'silent':
      return 'nothing came'
    case 'unreadable':
      return `the answer could not be read: ${failure.problem}`
  }
}

/** The one line about an outage. */
export function lostWords(server: string, failure: Failure, held: boolean): string {
  return `no connection to ${server} (${causeOf(failure)}); ${meanwhile(held)}. Trying again until it works`
}

/** The one line about a key that is not accepted. */
export function refusedWords(server: string, failure: Failure, held: boolean): string {
  return `${server} refuses this SDK key (${causeOf(failure)}): check RAMPART_SDK_KEY; ${meanwhile(held)}. Trying again every few minutes`
}

/** The one line about the end of either. */
export function wellWords(server: string, outageMs: number, revision: number): string {
  return `connected to ${server} again after ${(outageMs / 1_000).toFixed(1)} s, at revision ${revision}`
}

function meanwhile(held: boolean): string {
  return held ? 'the last known values stay in use' : 'until then every flag gives its fallback'
}
