import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { FromClients, ToClients } from './clients.ts'

type Answer<A extends FromClients['told']> = Extract<FromClients, { readonly told: A }>

/** The streams of one server, in a process of their own. */
export interface Fleet {
  /** Opens so many streams more, and gives what the first of them began with. */
  open(count: number): Promise<string>
  /** Resolves when every stream has had one change more. Call it before the change is made. */
  change(): Promise<Answer<'change'>>
  /** Resolves when every stream, once its connection has ended, is served again. */
  served(): Promise<Answer<'served'>>
  close(): Promise<void>
  end(): void
}

export function startFleet(url: string, key: string): Fleet {
  const child = start('clients.ts', url, key)
  const ask = <A extends FromClients['told']>(message: ToClients, told: A): Promise<Answer<A>> => {
    const answered = answerOf(child, told)
    child.send(message)
    return answered
  }
  return {
    open: async (count) => (await ask({ ask: 'open', count }, 'open')).put,
    change: () => ask({ ask: 'change' }, 'change'),
    served: () => ask({ ask: 'served' }, 'served'),
    close: async () => void (await ask({ ask: 'close' }, 'closed')),
    end: () => child.kill('SIGKILL'),
  }
}

/** The floor: where it is reached, and its process. */
export async function startFloor(): Promise<{ readonly url: string; readonly pid: number; end(): void }> {
  const child = start('floor.ts')
  const url = await new Promise<string>((resolve) => child.once('message', (said) => resolve(said as string)))
  return { url, pid: child.pid ?? 0, end: () => child.kill('SIGKILL') }
}

function start(file: string, ...args: readonly string[]): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), args, {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
}

/** A process that ends before it has answered would leave the benchmark waiting for ever. */
function answerOf<A extends FromClients['told']>(child: ChildProcess, told: A): Promise<Answer<A>> {
  return new Promise((resolve, reject) => {
    const gone = (): void => reject(new Error('the process of the streams ended'))
    const hear = (message: FromClients): void => {
      if (message.told !== told) return
      child.off('message', hear)
      child.off('exit', gone)
      resolve(message as Answer<A>)
    }
    child.on('message', hear)
    child.once('exit', gone)
  })
}
