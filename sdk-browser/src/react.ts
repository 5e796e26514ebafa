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

/** What hooks find: a client as soon as there is one, and what the page was made with until then. */
interface Flags {
  readonly client: BrowserClient | undefined
  readonly bootstrap: Bootstrap | undefined
  readonly wait: Wait
}

/** Until flags can be told, or it was waited for long enough. */
interface Wait {
  isOver: boolean
  readonly promise: Promise<void>
  readonly end: () => void
}

const NOTHING: Flags = { client: undefined, bootstrap: undefined, wait: { ...createWait(), isOver: true } }

const FlagsContext: ReactContext<Flags | undefined> = createContext<Flags | undefined>(undefined)

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
 * somebody else; another `url` or `clientKey` makes another client. Other options are those of the first render.
 */
export function FlagsProvider({
  children,
  fallback,
  clientKey,
  bootstrap,
  ...options
}: FlagsProviderProps): ReactElement {
  const [client, setClient] = useState<BrowserClient>()
  const [wait] = useState(createWait)
  const latest = useRef(options)
  latest.current = options
  const url = String(options.url)
  const who = JSON.stringify(options.context)
  const identified = useRef(who)
  // biome-ignore lint/correctness/useExhaustiveDependencies: other options are those of the first render
  useEffect(() => {
    const made = createBrowserClient({ ...latest.current, key: clientKey, ...(bootstrap && { bootstrap }) })
    identified.current = JSON.stringify(latest.current.context)
    setClient(made)
    let isGone = false
    void made.ready().then(() => isGone || wait.end())
    return () => {
      isGone = true
      void made.close()
    }
  }, [url, clientKey])
  useEffect(() => {
    if (!client || identified.current === who) return
    identified.current = who
    void client.identify(latest.current.context)
  }, [client, who])
  const flags = useMemo(() => ({ client, bootstrap, wait }), [client, bootstrap, wait])
  return createElement(FlagsContext.Provider, { value: flags }, createElement(Suspense, { fallback }, children))
}

const waits = new WeakMap<BrowserClient, Wait>()

/** Gives hooks a client of the application's own, such as one of `@rampart/browser/remote`. It is not closed here. */
export function ClientProvider({
  client,
  children,
}: {
  readonly client: BrowserClient
  readonly children?: ReactNode
}): ReactElement {
  const flags = useMemo(() => {
    const wait = waits.get(client) ?? createWait()
    if (!waits.has(client)) {
      waits.set(client, wait)
      void client.ready().then(wait.end)
    }
    return { client, bootstrap: client.snapshot(), wait }
  }, [client])
  return createElement(FlagsContext.Provider, { value: flags }, children)
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
  const flags = useFlags()
  const { client, bootstrap } = flags
  const last = useRef<Details<Value<K, F>> & { readonly pending: boolean }>(undefined)
  const read = (from: BrowserClient | undefined) => {
    const details = from ? from.peek(key, fallback) : detailsIn(bootstrap, key, fallback)
    const next = { ...details, pending: details.error?.code === 'not_ready' && !flags.wait.isOver } as Details<
      Value<K, F>
    > & {
      readonly pending: boolean
    }
    if (!last.current || !isSame(last.current, next)) last.current = next
    return last.current
  }
  const subscribe = useCallback(
    (listener: () => void): Unsubscribe => client?.subscribe([key], listener) ?? (() => {}),
    [client, key],
  )
  const details = useSyncExternalStore(
    subscribe,
    () => read(client),
    // On a server, and in the first render on its page, so that both are the same.
    () => read(bootstrap ? undefined : client),
  )
  const { value } = details
  // biome-ignore lint/correctness/useExhaustiveDependencies: a fallback written in place is another one every time
  useEffect(() => {
    const expose = (): void => void client?.get(key, fallback)
    expose()
    // Another value is told by the next effect.
    return client?.on('identify', () => sameValue(client.peek(key, fallback).value, value) && expose())
  }, [client, key, value])
  return details
}

/**
 * As `useFlag`, and suspends until flags can be told: at most as long as the client's `ready` takes. Then the fallback is given,
 * never an error. On a server it does not wait.
 */
export function useSuspenseFlag<K extends FlagKey, F extends Fallback<K>>(key: K, fallback: F): Value<K, F> {
  const { wait } = useFlags()
  const { value, pending } = useFlagDetails(key, fallback)
  if (pending && !wait.isOver && typeof document !== 'undefined') throw wait.promise
  return value
}

/** How the client is. `starting` without an error is connecting; with one, it was waited for and has not come yet. */
export function useFlagsStatus(): { readonly status: Status; readonly error?: Error } {
  const { client } = useFlags()
  const [state, setState] = useState<{ readonly status: Status; readonly error?: Error }>({ status: 'starting' })
  useEffect(() => {
    if (!client) return undefined
    let isOver = false
    const look = ({ error }: Partial<Readiness> = {}): void => {
      if (!isOver) setState({ status: client.status, ...(error && { error }) })
    }
    const ask = (): void => {
      look()
      void client.ready().then(look)
    }
    ask()
    const unsubscribe = client.on('status', ask)
    return () => {
      isOver = true
      unsubscribe()
    }
  }, [client])
  return state
}

/** Tells the client that somebody else looks at the page. */
export function useIdentify(): (context: Unit) => Promise<Readiness> {
  const { client } = useFlags()
  return useCallback(
    (context) => client?.identify(context) ?? Promise.resolve({ status: 'timeout', revision: 0 }),
    [client],
  )
}

/** Counts what happens to whoever looks at the page. */
export function useTrack(): Pick<BrowserClient, 'track' | 'count' | 'observe'> {
  const { client } = useFlags()
  return useMemo(
    () => ({
      track: (event, data) => client?.track(event, data),
      count: (metric, n) => client?.count(metric, n),
      observe: (metric, value) => client?.observe(metric, value),
    }),
    [client],
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
  return sameValue(value, is ?? true) ? children : fallback
}

function useFlags(): Flags {
  const flags = useContext(FlagsContext)
  if (flags) return flags
  if (process.env.NODE_ENV !== 'production') {
    throw new Error('put a <FlagsProvider> around the application')
  }
  return NOTHING
}

function detailsIn(bootstrap: Bootstrap | undefined, key: string, fallback: unknown): Details<unknown> {
  const found = bootstrap?.values.find((one) => one.key === key)
  const { revision = 0 } = bootstrap ?? {}
  if (found && fits(found.value, fallback)) {
    const { value, variation, reason, rule } = found
    return { value, variation, reason, ...(rule !== undefined && { rule: { id: rule } }), revision }
  }
  const code = !bootstrap ? 'not_ready' : found ? 'type_mismatch' : 'flag_not_found'
  return { value: fallback, reason: 'error', revision, error: { code, message: `${key}: ${code}` } }
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

function createWait(): Wait {
  let resolve: () => void = () => {}
  const wait: Wait = {
    isOver: false,
    promise: new Promise((done) => {
      resolve = done
    }),
    end() {
      wait.isOver = true
      resolve()
    },
  }
  return wait
}
