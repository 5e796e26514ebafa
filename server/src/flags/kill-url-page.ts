import type { KillPlace } from '../keys/kill-scopes.ts'
import type { KillUrlResult } from './kill-url.ts'

/** The page that asks before it kills: a link that is followed by a mail scanner must not act. */
export function confirmationPage(name: string, places: readonly KillPlace[]): string {
  const list = places.map(({ project, environment, flag }) => {
    const what = flag === undefined ? 'every flag' : `<b>${escaped(flag)}</b>`
    return `<li>${what} in <b>${escaped(environment)}</b> of ${escaped(project)}</li>`
  })
  return page(
    'Kill',
    `<h1>Kill?</h1><p>“${escaped(name)}” gives everyone the off variation of</p><ul>${list.join('')}</ul>
<p>This ends a ramp that is running. An SDK that is connected follows within a second.</p>
<form method="post" action="?wait=5s"><button>Kill now</button></form>`,
  )
}

export function resultPage(result: KillUrlResult): string {
  if ('ignored' in result)
    return page('Nothing killed', '<h1>Nothing was killed</h1><p>The alert says it is resolved.</p>')
  const list = result.killed.map(
    ({ flag, environment, already }) =>
      `<li><b>${escaped(flag)}</b> in <b>${escaped(environment)}</b> ${already ? 'was killed before' : 'is killed'}</li>`,
  )
  const { propagation } = result
  const reach =
    propagation === undefined ? '' : `<p>${propagation.holding} of ${propagation.instances} SDK instances have it.</p>`
  return page('Killed', `<h1>Killed</h1><ul>${list.join('')}</ul>${reach}`)
}

/** Nothing is loaded from anywhere, so that the page works when everything else is down. */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<title>${title} · Rampart</title>
<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}
button{font:inherit;font-weight:600;padding:.75rem 1.5rem;border:0;border-radius:.5rem;background:#c92a2a;color:#fff;cursor:pointer}</style>
</head><body>${body}</body></html>
`
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
