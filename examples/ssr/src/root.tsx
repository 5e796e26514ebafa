import type { Bootstrap } from '@rampart/browser'
import { FlagsProvider } from '@rampart/browser/react'
import { type ReactElement, StrictMode } from 'react'
import { App } from './app.tsx'

/** What the server gives along with its HTML, so that the first render in the browser is the same. */
export interface Given {
  readonly url: string
  readonly clientKey: string
  readonly visitor: string
  readonly bootstrap: Bootstrap
}

export function Root({ url, clientKey, visitor, bootstrap }: Given): ReactElement {
  return (
    <StrictMode>
      <FlagsProvider url={url} clientKey={clientKey} context={{ targetingKey: visitor }} bootstrap={bootstrap}>
        <App />
      </FlagsProvider>
    </StrictMode>
  )
}
