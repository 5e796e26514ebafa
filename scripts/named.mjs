// Finds what `npm run bench` and `npm run soak` are asked for: the file of that name which says how it is run.
import { readdirSync, readFileSync } from 'node:fs'

/** The module `test/FOLDER/NAME.ts`; ends the process with the names there are when there is none of that name. */
export async function named(folder, name, options) {
  const place = new URL(`../test/${folder}/`, import.meta.url)
  const runs = (file) =>
    /^export (async )?(function run|const proof)\b/m.test(readFileSync(new URL(file, place), 'utf8'))
  const known = readdirSync(place)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && runs(file))
    .map((file) => file.slice(0, -3))
  if (known.includes(name)) return import(new URL(`${name}.ts`, place).href)
  console.error(`usage: npm run ${folder} -- NAME ${options}, where NAME is one of: ${known.join(', ')}`)
  process.exit(2)
}
