import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import type { Connection } from './connection.ts'
import { keys } from './keys.ts'
import { staleAfter } from './live-events.ts'
import { followProject } from './one-per-browser.ts'

let current: Connection = { kind: 'connecting' }
const listeners = new Set<() => void>()

function setConnection(connection: Connection): void {
  current = connection
  for (const listener of listeners) listener()
}

/** Keeps everything that is shown of a project as new as the server has it. */
export function useLive(project: string): void {
  const client = useQueryClient()
  useEffect(() => {
    const stop = followProject(project, (message) => {
      switch (message.kind) {
        case 'connection':
          return setConnection(message.connection)
        case 'refresh':
          void client.invalidateQueries({ queryKey: keys.session })
          void client.invalidateQueries({ queryKey: keys.project(project) })
          return
        case 'event':
          for (const queryKey of staleAfter(project, message.event)) void client.invalidateQueries({ queryKey })
      }
    })
    return () => {
      stop()
      setConnection({ kind: 'connecting' })
    }
  }, [client, project])
}

export function useConnection(): Connection {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => current,
  )
}
