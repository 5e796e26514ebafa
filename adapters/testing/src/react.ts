'use client'

import type { Flags, Unit } from '@rampart/browser'
import { ClientProvider } from '@rampart/browser/react'
import { createElement, type ReactElement, type ReactNode, useEffect, useState } from 'react'
import { createTestBrowserClient, type TestBrowserClient } from './browser-client.ts'

export interface FlagsTestProviderProps {
  /** What everyone gets, by flag. Another value is what components see from then on. */
  readonly flags?: Partial<Flags>
  /** Who looks at the page. Default: a unit named `test`. */
  readonly context?: Unit
  /** A client of the test's own, to set flags while components are shown and to look at what they asked. */
  readonly client?: TestBrowserClient
  readonly children?: ReactNode
}

/** Gives components under test their flags: the hooks of `@rampart/browser/react` find them. */
export function FlagsTestProvider({ flags, context, client, children }: FlagsTestProviderProps): ReactElement {
  const [made] = useState(() => client ?? createTestBrowserClient(flags, context === undefined ? {} : { context }))
  useEffect(() => {
    for (const [key, value] of Object.entries(flags ?? {})) {
      if (made.peek(key, undefined).value !== value) made.set(key, value)
    }
  }, [made, flags])
  return createElement(ClientProvider, { client: made }, children)
}
