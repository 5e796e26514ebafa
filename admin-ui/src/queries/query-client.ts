import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { isSignedOut, isWorthRetrying } from './failure.ts'

/** `onSignedOut` is called when any query or command finds that the session is over. */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  const onError = (error: unknown) => {
    if (isSignedOut(error)) onSignedOut()
  }
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        // the stream says when something is old; this bounds what a page shows that was away
        staleTime: 15_000,
        retry: (failures, error) => failures < 2 && isWorthRetrying(error),
        // the browser's idea of being online is not whether this server can be reached
        networkMode: 'always',
      },
      // a command is never sent twice by itself, and a kill never waits for the browser to feel online
      mutations: { retry: false, networkMode: 'always' },
    },
  })
}
