import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('peers/', import.meta.url))

/** Installs the packages that benchmarks compare with, unless they are there. False when that is not possible. */
export function installPeers(): boolean {
  if (areInstalled()) return true
  console.error('installing the packages to compare with …')
  const done = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 120_000,
  })
  return done.status === 0 && areInstalled()
}

function areInstalled(): boolean {
  const { dependencies } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8')) as { dependencies: object }
  return Object.keys(dependencies).every((name) => existsSync(`${folder}node_modules/${name}/package.json`))
}
