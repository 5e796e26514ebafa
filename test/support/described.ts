import { undescribed } from '@rampart/contract/openapi'

/**
 * A fetch that holds each answer against its description: what the server says and what `openapi.json` says cannot drift apart
 * while a story runs. Rejects with the difference.
 */
export const describedFetch: typeof fetch = async (input, init) => {
  const request = new Request(input, init)
  const response = await fetch(input, init)
  const text = await response.clone().text()
  const difference = undescribed({
    method: request.method,
    path: new URL(request.url).pathname,
    status: response.status,
    body: text === '' ? undefined : JSON.parse(text),
  })
  if (difference !== undefined) throw new Error(difference)
  return response
}
