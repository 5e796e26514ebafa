// Bundles the server into one file. Starting from it reads one file instead of a thousand; better-sqlite3 stays outside,
// because it brings a binary along.
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

await build({
  absWorkingDir: fileURLToPath(new URL('.', import.meta.url)),
  entryPoints: ['src/main.ts'],
  outfile: 'dist/main.js',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22.18',
  external: ['better-sqlite3'],
  sourcemap: 'linked',
  logLevel: 'warning',
  // bundled CommonJS packages ask for these by name
  banner: {
    js: `import { createRequire } from 'node:module'; import { fileURLToPath as __toPath } from 'node:url';
const require = createRequire(import.meta.url); const __filename = __toPath(import.meta.url); const __dirname = __toPath(new URL('.', import.meta.url));`,
  },
})
