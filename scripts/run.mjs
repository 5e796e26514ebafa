// The launcher behind every npm script. Starts on whatever Node the machine has, and works with one that Rampart
// needs: the machine's own when it is new enough, else the pinned one, which npm brings along.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PNPM } from './pnpm.mjs'

const self = fileURLToPath(import.meta.url)
const root = dirname(dirname(self))
const { nodeVersion } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const [task, ...rest] = process.argv.slice(2)

if (suits(process.versions.node)) {
  const script = join(root, 'scripts', `${task}.mjs`)
  if (!existsSync(script)) fail(`there is no task "${task}"`)
  process.chdir(root)
  process.env.PATH = [join(root, 'node_modules/.bin'), dirname(process.execPath), process.env.PATH].join(delimiter)
  install()
  process.argv.splice(2, 1)
  await import(script)
} else {
  handOver(pinnedNode(), [self, task, ...rest])
}

function suits(version) {
  const [major, minor] = version.split('.').map(Number)
  return (major === 22 && minor >= 18) || (major === 24 && minor >= 11) || major > 24
}

/** The path of the pinned Node. Asking npm takes a second, so the answer is remembered beside the dependencies. */
function pinnedNode() {
  const memory = join(root, 'node_modules/.rampart-node')
  const known = existsSync(memory) ? readFileSync(memory, 'utf8') : ''
  if (known.includes(nodeVersion) && existsSync(known.split('\n')[1])) return known.split('\n')[1]
  console.error(`rampart: this is Node ${process.versions.node}; getting Node ${nodeVersion} from npm …`)
  const asked = spawnSync('npx', ['-y', '-p', `node@${nodeVersion}`, '--', 'node', '-p', 'process.execPath'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const path = asked.stdout?.trim().split('\n').at(-1) ?? ''
  if (asked.status !== 0 || !existsSync(path))
    fail(`npm could not bring Node ${nodeVersion}; install Node 22.18 or 24.11 and try again`)
  mkdirSync(dirname(memory), { recursive: true })
  writeFileSync(memory, `${nodeVersion}\n${path}`)
  return path
}

/** Replaces this process by another as far as Node allows: signals go down, the exit status comes up. */
function handOver(command, args) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => fail(`could not start ${command}: ${error.message}`))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 1)))
}

/** Installs when nothing is installed, or when the lockfile has changed since. */
function install() {
  const marker = join(root, 'node_modules/.rampart-lock')
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'pnpm-lock.yaml')))
    .digest('hex')
  if (existsSync(marker) && readFileSync(marker, 'utf8') === lock) return
  console.error('rampart: installing dependencies …')
  const done = spawnSync('npx', [...PNPM, 'install', '--frozen-lockfile', '--loglevel=warn'], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, CI: 'true' },
  })
  if (done.status !== 0) fail('the dependencies could not be installed')
  writeFileSync(marker, lock)
}

function fail(sentence) {
  console.error(`rampart: ${sentence}`)
  process.exit(1)
}
