// Formatting, lint and types of the whole workspace: what a change must pass before anything is run.
import { spawnSync } from 'node:child_process'

const packages = [
  'core',
  'contract',
  'server',
  'sdk-node',
  'sdk-browser',
  'cli',
  'admin-ui',
  'adapters/openfeature',
  'adapters/openfeature-server',
  'adapters/openfeature-web',
  'adapters/testing',
  'adapters/otel',
  'examples/shop',
  'examples/shop/storefront',
  'examples/ssr',
  '.',
]
const steps = [
  ['biome', ['check', '--error-on-warnings', '.']],
  ['oxlint', ['--type-aware', '--deny-warnings', '.']],
  ...packages.map((folder) => ['tsc', ['-p', `${folder}/tsconfig.json`]]),
]

let failed = 0
for (const [command, args] of steps) {
  const { status } = spawnSync(command, args, { stdio: 'inherit' })
  if (status !== 0) {
    failed += 1
    console.error(`failed: ${[command, args].flat().join(' ')}`)
  }
}
process.exit(failed === 0 ? 0 : 1)
