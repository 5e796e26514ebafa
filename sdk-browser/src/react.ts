'use client'

import {
  type Bootstrap,
  type BrowserClient,
  type BrowserClientOptions,
  createBrowserClient,
  type Details,
  type Fallback,
  type FlagKey,
  type Readiness,
  type Status,
  type Unit,
  type Unsubscribe,
  type Value,
} from '@rampart/browser'
import {
  createContext,
  createElement,
  type Context as ReactContext,
  type ReactElement,
  type ReactNode,
  Suspense,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import { fits } from './answers.ts'
import { createHold, type Hold, onceThere, withClient } from './react-hold.ts'

const NOTHING: Hold = { ...createHold(), isOver: true }

const HoldContext: ReactContext<Hold | undefined> = createContext<Hold | undefined>(undefined)

declare const process: { readonly env: { readonly NODE_ENV?: string } }

export interface FlagsProviderProps extends Omit<BrowserClientOptions, 'key' | 'bootstrap'> {
  /** A client SDK key. Not `key`, which React keeps for itself. */
  readonly clientKey: string
  /** Of the server that made the page: what its HTML shows, and what the first render here shows too. */
  readonly bootstrap?: Bootstrap
  /** In place of children that wait by `useSuspenseFlag`. */
  readonly fallback?: ReactNode
  readonly children?: ReactNode
}

/**
 * Makes a client once it is on a page, and closes it when it leaves; on a server there is none. Another `context` identifies
 * somebody else; another `url` or `clientKey` makes another client, with the options of that render: give it the `bootstrap` of its own
 * environment, or none. Other options are those of the first render.
 */
export function FlagsProvider({
  children,
  fallback,
  clientKey,
  bootstrap,
  ...options
}: FlagsProviderProps): ReactElement {
  const [hold] = useState(() => createHold(bootstrap))
  const url = String(options.url)
  const who = JSON.stringify(options.context)
  const identified = useRef(who)
  // biome-ignore lint/correctness/useExhaustiveDependencies: other options are those of the render in which these changed
  useEffect(() => {
    const client = createBrowserClient({ ...options, key: clientKey, ...(bootstrap && { bootstrap }) })
    identified.current = who
    hold.use(client)
    // Strict Mode makes two, and closes the first.
    void client.ready().then(() => hold.client === client && hold.end())
    return () => {
      // What is asked for until there is another one waits for that.
      hold.client = undefined
      void client.close()
    }
  }, [url, clientKey])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a context written in place is another one every time
  useEffect(() => {
    if (identified.current === who) return
    identified.current = who
    void hold.client?.identify(options.context)
  }, [hold, who])
  return createElement(HoldContext.Provider, { value: hold }, createElement(Suspense, { fallback }, children))
}

const holds = new WeakMap<BrowserClient, Hold>()

/** Gives hooks a client of the application's own, such as one of `@rampart/browser/remote`. It is not closed here. */
export function ClientProvider({
  client,
  children,
}: {
  readonly client: BrowserClient
  readonly children?: ReactNode
}): ReactElement {
  const hold = useMemo(() => {
    let known = holds.get(client)
    if (!known) {
      known = createHold(undefined, client)
      holds.set(client, known)
      void client.ready().then(known.end)
    }
    known.bootstrap = client.snapshot()
    return known
  }, [client])
  return createElement(HoldContext.Provider, { value: hold }, children)
}

/** The value of a flag. Renders again when this value is another one, and counts an exposure when it is on the page. */
export function useFlag<K extends FlagKey, F extends Fallback<K>>(key: K, fallback: F): Value<K, F> {
  return useFlagDetails(key, fallback).value
}

/** As `useFlag`, with the reason; `pending` while nothing is known yet. Renders again when one of them is another one. */
export function useFlagDetails<K extends FlagKey, F extends Fallback<K>>(
  key: K,
  fallback: F,
): Details<Value<K, F>> & { readonly pending: boolean } {
  const hold = useHold()
  const { bootstrap } = hold
  const last = useRef<Details<Value<K, F>> & { readonly pending: boolean }>(undefined)
  const read = (from: BrowserClient | undefined) => {
    const details = from ? from.peek(key, fallback) : detailsIn(bootstrap, key, fallback)
    const next = { ...details, pending: details.error?.code === 'not_ready' && !hold.isOver } as Details<
      Value<K, F>
    > & {
      readonly pending: boolean
    }
    if (!last.current || !isSame(last.current, next)) last.current = next
    return last.current
  }
  const subscribe = useCallback(
    (listener: () => void): Unsubscribe =>
      withClient(hold, (client) => {
        listener()
        return client.subscribe([key], listener)
      }),
    [hold, key],
  )
  const details = useSyncExternalStore(
    subscribe,
    () => read(hold.client),
    // On a server, and in the first render on its page, so that both are the same.
    () => read(bootstrap ? undefined : hold.client),
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: a fallback written in place is another one every time
  useEffect(
    () =>
      withClient(hold, (client) => {
        // What is another one by now renders again, and is told by the effect after that.
        const expose = (): void => void (read(client) === details && client.get(key, fallback))
        expose()
        return client.on('identify', expose)
      }),
    [hold, key, details],
  )
  return details
}

/**
 * As `useFlag`, and suspends until flags can be told: at most as long as the client's `ready` takes. Then the fallback is given,
 * never an error. On a server it does not wait.
 */
export function useSuspenseFlag<K extends FlagKey, F extends Fallback<K>>(key: K, fallback: F): Value<K, F> {
  const hold = useHold()
  const { value, pending } = useFlagDetails(key, fallback)
  if (pending && globalThis.document) throw hold.over
  return value
}

/** How the client is. `starting` without an error is connecting; with one, it was waited for and has not come yet. */
export function useFlagsStatus(): { readonly status: Status; readonly error?: Error | undefined } {
  const hold = useHold()
  const [state, setState] = useState<{ readonly status: Status; readonly error?: Error | undefined }>({
    status: 'starting',
  })
  useEffect(
    () =>
      withClient(hold, (client) => {
        const look = ({ error }: Partial<Readiness> = {}): void => {
          if (hold.client === client) setState({ status: client.status, error })
        }
        const ask = (): void => {
          look()
          void client.ready().then(look)
        }
        ask()
        return client.on('status', ask)
      }),
    [hold],
  )
  return state
}

/** Tells the client that somebody else looks at the page. */
export function useIdentify(): (context: Unit) => Promise<Readiness> {
  const hold = useHold()
  return useCallback(
    (context) =>
      new Promise((resolve) => {
        onceThere(hold, (client) => resolve(client.identify(context)))
        // Without a provider there will be none.
        if (hold === NOTHING) resolve({ status: 'timeout', revision: 0 })
      }),
    [hold],
  )
}

/** Counts what happens to whoever looks at the page. */
export function useTrack(): Pick<BrowserClient, 'track' | 'count' | 'observe'> {
  const hold = useHold()
  return useMemo(
    () => ({
      track: (...data) => onceThere(hold, (client) => client.track(...data)),
      count: (...data) => onceThere(hold, (client) => client.count(...data)),
      observe: (...data) => onceThere(hold, (client) => client.observe(...data)),
    }),
    [hold],
  )
}

export interface FlagProps<K extends FlagKey> {
  readonly name: K
  /** Default `true`. */
  readonly is?: Value<K, Fallback<K>>
  /** What is shown when the flag is something else, or cannot be told. */
  readonly fallback?: ReactNode
  readonly children?: ReactNode
}

/** Shows its children when a flag has a value. */
export function Flag<K extends FlagKey>({ name, is, fallback, children }: FlagProps<K>): ReactNode {
  const value: unknown = useFlag(name, undefined as Fallback<K>)
  return sameValue(is ?? true, value) ? children : fallback
}

function useHold(): Hold {
  const hold = useContext(HoldContext)
  if (hold) return hold
  if (process.env.NODE_ENV !== 'production') {
    throw new Error('put a <FlagsProvider> around the application')
  }
  return NOTHING
}

function detailsIn(bootstrap: Bootstrap | undefined, key: string, fallback: unknown): Details<unknown> {
  const found = bootstrap?.values.find((one) => one.key === key)
  const revision = bootstrap?.revision ?? 0
  if (found && fits(found.value, fallback)) {
    const { value, variation, reason, rule } = found
    return { value, variation, reason, ...(rule !== undefined && { rule: { id: rule } }), revision }
  }
  const code = !bootstrap ? 'not_ready' : found ? 'type_mismatch' : 'flag_not_found'
  return { value: fallback, reason: 'error', revision, error: { code, message: code } }
}

/** A new revision or position alone is nothing to render for. */
function isSame(a: Details<unknown> & { pending: boolean }, b: Details<unknown> & { pending: boolean }): boolean {
  return (
    a.reason === b.reason &&
    a.variation === b.variation &&
    a.rule?.id === b.rule?.id &&
    a.error?.code === b.error?.code &&
    a.pending === b.pending &&
    sameValue(a.value, b.value)
  )
}

function sameValue(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}
