// Builds what npm start runs: the server's bundle, the admin UI, the command line and the shop's storefront. Skips what is already fresh.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

const targets = [
  {
    name: 'server',
    output: 'server/dist/main.js',
    sources: ['core/src', 'contract/src', 'server/src', 'server/build.mjs'],
    command: ['node', ['build.mjs'], 'server'],
  },
  {
    name: 'admin UI',
    output: 'admin-ui/dist/index.html',
    sources: ['core/src', 'contract/src', 'admin-ui/src', 'admin-ui/index.html', 'admin-ui/vite.config.ts'],
    command: ['node', ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'], 'admin-ui'],
  },
  {
    name: 'command line',
    output: 'cli/dist/main.js',
    sources: ['core/src', 'contract/src', 'cli/src', 'cli/package.json'],
    command: ['node', ['build.mjs'], 'cli'],
  },
  {
    name: 'shop’s storefront',
    output: 'examples/shop/dist/page.js',
    sources: [
      'core/src',
      'contract/src/wire',
      'sdk-browser/src',
      'examples/shop/storefront',
      'examples/shop/src',
      'examples/shop/build.mjs',
    ],
    command: ['node', ['build.mjs'], 'examples/shop'],
  },
]

/** Builds every target whose sources are newer than its output; throws when one does not build. */
export function build() {
  for (const { name, output, sources, command } of targets) {
    if (existsSync(join(root, output)) && mtime(output) > Math.max(...sources.map(newest), mtime('pnpm-lock.yaml')))
      continue
    console.error(`building the ${name} …`)
    const [program, args, folder] = command
    const { status } = spawnSync(program, args, { cwd: join(root, folder), stdio: ['ignore', 'inherit', 'inherit'] })
    if (status !== 0) throw new Error(`the ${name} did not build`)
  }
}

const mtime = (path) => statSync(join(root, path)).mtimeMs

function newest(path) {
  const full = join(root, path)
  if (!statSync(full).isDirectory()) return mtime(path)
  return Math.max(0, ...readdirSync(full).map((entry) => newest(join(path, entry))))
}
