import { setTimeout as sleep } from 'node:timers/promises'
import { liveScreen } from './live-screen.ts'
import { run } from './run.ts'
import type { Sink, World } from './world.ts'

const world: World = {
  env: process.env,
  cwd: process.cwd(),
  stdout: sinkOf(process.stdout),
  stderr: sinkOf(process.stderr),
  now: Date.now,
  random: Math.random,
  fetch,
  sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
  async readStdin() {
    const chunks: Buffer[] = []
    for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
    return Buffer.concat(chunks).toString('utf8')
  },
  onSignal(listener) {
    process.on('SIGINT', listener)
    process.on('SIGTERM', listener)
    return () => {
      process.off('SIGINT', listener)
      process.off('SIGTERM', listener)
    }
  },
  onKey: process.stdin.isTTY ? listenToKeys : undefined,
  liveScreen: (onResize) =>
    liveScreen(
      {
        write: (text) => void process.stdout.write(text),
        columns: () => process.stdout.columns,
        rows: () => process.stdout.rows,
        onResize(listener) {
          process.stdout.on('resize', listener)
          return () => process.stdout.off('resize', listener)
        },
      },
      onResize,
    ),
}

function sinkOf(stream: NodeJS.WriteStream): Sink {
  // the reader may close its end early, as `head` does: there is nobody left to tell
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit()
  })
  return {
    write: (text) => void stream.write(text),
    isTerminal: stream.isTTY === true,
    columns: () => (stream.isTTY ? stream.columns : undefined),
    rows: () => (stream.isTTY ? stream.rows : undefined),
  }
}

function listenToKeys(listener: (key: string) => void): () => void {
  const heard = (chunk: Buffer): void => {
    for (const key of chunk.toString('utf8')) listener(key)
  }
  process.stdin.setRawMode(true)
  process.stdin.on('data', heard)
  process.stdin.resume()
  return () => {
    process.stdin.off('data', heard)
    process.stdin.setRawMode(false)
    process.stdin.pause()
  }
}

process.exitCode = await run(process.argv.slice(2), world)
