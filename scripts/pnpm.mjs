import { readFileSync } from 'node:fs'

const { pnpmVersion } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

/** What makes `npx` the pinned pnpm, which npm then brings along: nobody has to have one. */
export const PNPM = ['-y', `pnpm@${pnpmVersion}`]
