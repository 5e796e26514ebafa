// npm run consumers: packs every package that is published and uses it as strangers do: installed by npm into an empty project,
// from Node 20, 22 and 24 in both module systems, by TypeScript in both ways of finding modules, bundled for a page by esbuild and
// by Vite, and weighed by size-limit. The packages themselves are looked at by publint and by Are The Types Wrong. Needs the
// package registry, so that only CI runs it.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { PNPM } from './pnpm.mjs'

const PACKAGES = [
  'sdk-node',
  'sdk-browser',
  'cli',
  'adapters/openfeature-server',
  'adapters/openfeature-web',
  'adapters/otel',
  'adapters/testing',
]
const NODES = [20, 22, 24]

const folder = mkdtempSync(join(tmpdir(), 'rampart-consumers-'))
const project = join(folder, 'project')
let passed = 0
const failures = []

const manifests = new Map()
for (const name of PACKAGES) pack(name)
install()
for (const [name, { tarball, isLibrary, scripts }] of manifests) {
  check(`${name}: publint`, 'publint', [tarball, '--strict'])
  // What subpaths need is the exports map, which resolution of Node 10 does not know. A file for a script tag has no types.
  const without = scripts.length > 0 ? ['--exclude-entrypoints', ...scripts] : []
  if (isLibrary) check(`${name}: types`, 'attw', [tarball, '--profile', 'node16', '--format', 'ascii', ...without])
}
for (const major of NODES) run(major)
for (const way of ['node16', 'bundler']) types(way)
bundle()
buildWithVite()
weigh()
await frameworks()

console.log(`\n${passed} passed, ${failures.length} failed${failures.length > 0 ? `: ${failures.join(', ')}` : ''}`)
rmSync(folder, { recursive: true, force: true })
process.exit(failures.length === 0 ? 0 : 1)

/** Runs a command and notes how it went; what it said is shown when it failed. */
function check(what, command, args, options = {}) {
  const done = spawnSync(command, args, { encoding: 'utf8', ...options })
  const isWell = done.status === 0 && (options.wanted === undefined || done.stdout === options.wanted)
  return note(what, isWell, `${done.stdout ?? ''}${done.stderr ?? ''}${done.error?.message ?? ''}`)
}

function note(what, isWell, said) {
  if (isWell) passed += 1
  else failures.push(what)
  console.log(`${isWell ? 'ok    ' : 'FAILED'} ${what}${isWell ? '' : `\n${said}`}`)
  return isWell
}

function must(command, args, options) {
  const done = spawnSync(command, args, { encoding: 'utf8', ...options })
  if (done.status === 0) return done.stdout
  throw new Error(`${command} ${args.join(' ')}: ${done.stdout}${done.stderr}${done.error?.message ?? ''}`)
}

/** What `prepublish` would do, without publishing. */
function pack(path) {
  // by npm, which leaves the path as it is: a pnpm that is installed beside an older Node would put that first
  must('npm', ['run', 'build'], { cwd: path })
  const out = join(folder, basename(path))
  mkdirSync(out)
  must('npx', [...PNPM, 'pack', '--pack-destination', out], { cwd: path })
  const { name, publishConfig } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
  const scripts = Object.entries(publishConfig?.exports ?? {}).flatMap(([entry, to]) =>
    typeof to === 'string' ? [entry] : [],
  )
  manifests.set(name, { tarball: join(out, readdirSync(out)[0]), isLibrary: publishConfig !== undefined, scripts })
}

/** Peers come from the tarballs too, whatever the registry has under their names. */
function install() {
  mkdirSync(project)
  const ours = Object.fromEntries([...manifests].map(([name, { tarball }]) => [name, `file:${tarball}`]))
  const { dependencies, 'size-limit': limits } = JSON.parse(readFileSync('test/consumers/package.json', 'utf8'))
  cpSync('test/consumers', project, { recursive: true })
  const manifest = {
    name: 'consumer',
    private: true,
    dependencies: { ...dependencies, ...ours },
    overrides: ours,
    'size-limit': limits,
  }
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest, null, 2))
  check('npm install', 'npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: project })
}

/** The consumer says the same under every Node, however it was loaded. */
function run(major) {
  const node = must('npx', ['-y', '-p', `node@${major}`, '--', 'node', '-p', 'process.execPath'], {
    cwd: folder,
  }).trim()
  const wanted = readFileSync('test/consumers/said.txt', 'utf8')
  const env = { PATH: process.env.PATH }
  for (const file of ['consumer.mjs', 'consumer.cjs']) {
    check(`Node ${major}: ${file}`, node, [file], { cwd: project, env, wanted })
  }
  check(`Node ${major}: rampart`, node, [join(project, 'node_modules/@rampart/cli/bin/rampart.js'), '--version'], {
    env,
  })
}

/** Nothing of a library's own types is skipped. */
function types(way) {
  const compilerOptions = {
    module: way === 'bundler' ? 'preserve' : 'node16',
    moduleResolution: way,
    target: 'es2022',
    lib: ['es2023', 'dom', 'esnext.disposable'],
    types: ['node'],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  }
  const files = way === 'bundler' ? ['types.mts'] : ['types.mts', 'types.cts']
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
  check(`types by ${way}`, process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.'], { cwd: project })
}

/** For a page there is nothing of Node in it. */
function bundle() {
  const args = ['page.mjs', '--bundle', '--format=esm', '--platform=browser', '--outfile=page.js', '--log-level=error']
  if (check('bundled for a page', join(project, 'node_modules/.bin/esbuild'), args, { cwd: project })) {
    const what = 'the page asks for nothing of Node'
    const text = existsSync(join(project, 'page.js')) ? readFileSync(join(project, 'page.js'), 'utf8') : ''
    note(what, text.length > 0 && !/require\("|from "node:/.test(text), '')
  }
}

/** A page as most people build theirs, without any configuration. */
function buildWithVite() {
  writeFileSync(
    join(project, 'index.html'),
    '<!doctype html><title>page</title><script type="module" src="/page.mjs"></script>',
  )
  const vite = [join(project, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn', '--outDir', 'built']
  const options = { cwd: project, env: { PATH: process.env.PATH, HOME: folder }, wanted: '' }
  if (!check('built by Vite, without a warning', process.execPath, vite, options)) return
  const scripts = readdirSync(join(project, 'built/assets')).filter((name) => name.endsWith('.js'))
  const text = scripts.map((name) => readFileSync(join(project, 'built/assets', name), 'utf8')).join('')
  note(
    'what Vite built asks for nothing of Node',
    text.length > 0 && !/require\("|from "node:|__vite-browser-external/.test(text),
    '',
  )
}

/** The limits stand in test/consumers/package.json: a little above what the entries weigh. */
function weigh() {
  check('size-limit', process.execPath, [join(project, 'node_modules/size-limit/bin.js')], { cwd: project })
}

/** The servers of docs/sdks/express-fastify-hono.md: each starts, answers by its flag, and ends when it is told to. */
async function frameworks() {
  const page = readFileSync('docs/sdks/express-fastify-hono.md', 'utf8')
  for (const [, name, code] of page.matchAll(/^## (\w+)\n\n```js\n([\s\S]*?)^```$/gm)) {
    const file = join(project, `${name.toLowerCase()}.mjs`)
    writeFileSync(file, code)
    const port = await freePort()
    const child = spawn(process.execPath, [file], {
      cwd: project,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env.PATH, PORT: String(port), RAMPART_OVERRIDES: 'new-checkout-flow=true' },
    })
    let complaints = ''
    child.stderr.on('data', (text) => {
      complaints += text
    })
    const answer = await asked(`http://127.0.0.1:${port}/checkout`)
    child.kill('SIGTERM')
    const [status] = await once(child, 'exit')
    note(
      `${name}: the server of the documents`,
      answer === 'new checkout' && status === 0,
      `${answer} ${status} ${complaints}`,
    )
  }
}

async function asked(url) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const response = await fetch(url, { headers: { 'x-user': 'ana', connection: 'close' } }).catch(() => undefined)
    if (response !== undefined) return response.text()
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return 'no answer'
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  return port
}
