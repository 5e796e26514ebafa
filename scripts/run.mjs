// The launcher behind every npm script. Runs on whatever Node the machine has, and works with the Node that Rampart
// needs: the machine's own when it is new enough, else the pinned one, which npm brings along.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const { pnpmVersion, nodeVersion } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

const suits = (version) => {
  const [major, minor] = version.split('.').map(Number)
  return (major === 22 && minor >= 18) || (major === 24 && minor >= 11) || major > 24
}

const [task, ...rest] = process.argv.slice(2)

if (!suits(process.versions.node)) {
  handOver('npx', [
    '-y',
    '-p',
    `node@${nodeVersion}`,
    '-p',
    `pnpm@${pnpmVersion}`,
    '--',
    'node',
    fileURLToPath(import.meta.url),
    task,
    ...rest,
  ])
} else {
  install()
  const script = join(root, 'scripts', `${task}.mjs`)
  if (!existsSync(script)) {
    console.error(`rampart: there is no task "${task}"`)
    process.exit(2)
  }
  process.chdir(root)
  process.env.PATH = `${join(root, 'node_modules/.bin')}:${dirname(process.execPath)}:${process.env.PATH ?? ''}`
  process.argv.splice(2, 1)
  await import(script)
}

/** Replaces this process by another as far as Node allows: signals go down, the exit status comes up. */
function handOver(command, args) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(`rampart: could not start ${command}: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 1)))
}

/** Installs when nothing is installed or the lockfile is newer than what is. */
function install() {
  const marker = join(root, 'node_modules/.modules.yaml')
  const lock = join(root, 'pnpm-lock.yaml')
  if (existsSync(marker) && statSync(marker).mtimeMs >= statSync(lock).mtimeMs) return
  const done = spawnSync('npx', ['-y', `pnpm@${pnpmVersion}`, 'install', '--frozen-lockfile', '--loglevel=warn'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, CI: 'true' },
  })
  if (done.status !== 0) process.exit(done.status ?? 1)
}
