import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const PATIENCE_MS = 60_000

/**
 * The processes of one `npm start`: they are started together and end together, whether by Ctrl-C, by SIGTERM, or
 * because one of them died. Each holds an IPC channel, so that it notices even when this process is killed outright.
 */
export function household() {
  const children = new Map()
  let ending = false

  async function end(status) {
    if (ending) return
    ending = true
    await Promise.all([...children.values()].map(stop))
    process.exit(status)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(0))

  return {
    get ending() {
      return ending
    },
    end,

    /** Starts a file with its own environment. What it prints appears here; the process ends everything when it dies. */
    start(name, file, env) {
      const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file], {
        // its own group: a terminal's Ctrl-C reaches this process alone, which then ends the others in order
        detached: true,
        stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
        env: { ...process.env, ...env },
      })
      children.set(name, child)
      child.on('exit', (code, signal) => {
        if (ending) return
        console.error(`rampart: the ${name} ended (${signal ?? `exit ${code}`})`)
        void end(1)
      })
      const lines = createInterface({ input: child.stdout })
      const hidden = new Set()
      lines.on('line', (line) => {
        if (![...hidden].some((pattern) => pattern.test(line))) console.log(line)
      })
      return {
        /** Resolves with the first group of the first line that matches; that line is not printed. */
        says: (pattern) => {
          hidden.add(pattern)
          return withPatience(name, (resolve) =>
            lines.on('line', (line) => pattern.test(line) && resolve(pattern.exec(line)[1])),
          )
        },
      }
    },

    /** Resolves with the JSON of a file as soon as it is there and whole. */
    fileOf: (name, path) =>
      withPatience(name, (resolve) =>
        every(50, () => existsSync(path) && resolve(JSON.parse(readFileSync(path, 'utf8')))),
      ),

    /** Resolves as soon as an address answers 2xx. */
    answers: (name, url) =>
      withPatience(name, (resolve) =>
        every(50, async () => {
          const response = await fetch(url).catch(() => undefined)
          if (response?.ok) resolve()
        }),
      ),
  }
}

function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const last = setTimeout(() => child.kill('SIGKILL'), 10_000)
  return gone.then(() => clearTimeout(last))
}

function withPatience(name, work) {
  let stopWork
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`the ${name} did not answer within ${PATIENCE_MS / 1000} s`)),
      PATIENCE_MS,
    )
    stopWork = work((value) => {
      clearTimeout(timer)
      resolve(value)
    })
  }).finally(() => typeof stopWork === 'function' && stopWork())
}

function every(ms, work) {
  const timer = setInterval(() => void work(), ms)
  return () => clearInterval(timer)
}
