// Bundles the page's script and the server that renders it. REACT=18 takes the older React.
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const is18 = process.env.REACT === '18'
const common = {
  absWorkingDir: fileURLToPath(new URL('.', import.meta.url)),
  outdir: process.env.OUT ?? 'dist',
  bundle: true,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  logLevel: 'warning',
  alias: is18 ? { react: 'react-18', 'react-dom': 'react-dom-18' } : {},
}

await build({
  ...common,
  entryPoints: ['src/page.tsx'],
  minify: true,
  conditions: ['rampart-page'],
  // With its warnings: a test reads them.
  define: { 'process.env.NODE_ENV': JSON.stringify(process.env.NODE_ENV ?? 'production') },
})
await build({
  ...common,
  entryPoints: ['src/main.ts', 'src/site.tsx'],
  platform: 'node',
  // React's server is CommonJS and asks for what Node has.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
})
