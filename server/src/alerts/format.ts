import type { StoredAlert } from '../store/store.ts'

/** Slack cuts a message at 40,000 characters; a person stops reading long before. */
const LONGEST = 3_000

const SIGNS: Readonly<Record<StoredAlert['kind'], string>> = {
  started: '▶',
  advanced: '▲',
  held: '‖',
  warned: '⚠',
  stepped_back: '↶',
  rolled_back: '↶',
  killed: '✖',
  completed: '✔',
  flying_blind: '?',
  source_error: '?',
  not_effective: '⚠',
  late_regression: '⚠',
}

/**
 * The body of a generic webhook: a type, when it happened, and what (the shape of Standard Webhooks). `url` is absolute, under
 * the address people reach this server by.
 */
export function genericBody(alert: StoredAlert, publicUrl: URL) {
  const { at, kind, url, evidence, ...rest } = alert
  return {
    type: `ramp.${kind}`,
    timestamp: new Date(at).toISOString(),
    data: { ...rest, kind, url: absolute(url, publicUrl), ...(evidence === undefined ? {} : { evidence }) },
  }
}

/** The body that Slack's incoming webhooks, and the chat systems that imitate them, take. */
export function slackBody(alert: StoredAlert, publicUrl: URL) {
  const words = escapeMrkdwn(alert.words).slice(0, LONGEST)
  return { text: `${SIGNS[alert.kind]} ${words}\n<${absolute(alert.url, publicUrl)}|Open the ramp>` }
}

export function absolute(path: string, publicUrl: URL): string {
  return new URL(path, publicUrl).href
}

/** The three characters that mean something in Slack's text. */
function escapeMrkdwn(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
