/**
 * A file per entry and module system, with types, and one for pages without a bundler. Core and contract/wire are bundled, so
 * that the package depends on nothing; of core, what is meant for pages is taken (`imports` of its manifest). Types are made
 * file by file (isolated declarations): whatever core and contract/wire export says its type.
 */
const common = {
  platform: 'browser',
  target: 'es2022',
  inputOptions: { resolve: { conditionNames: ['rampart-page', 'import', 'default'] } },
}

const CLIENTS = { index: 'src/index.ts', remote: 'src/remote.ts' }

const config = [
  // Each client whole. What `Register` is told of, is told to the types of the main entry: the others import them from there.
  ...Object.entries(CLIENTS).map(([name, entry]) => ({
    ...common,
    entry: { [name]: entry },
    format: ['esm', 'cjs'],
    dts: { oxc: true },
    fixedExtension: true,
    clean: false,
    deps: { neverBundle: ['@rampart/browser'], onlyBundle: false },
  })),
  {
    ...common,
    entry: ['src/react.ts', 'src/vitals.ts', 'src/overrides.ts'],
    format: ['esm', 'cjs'],
    dts: { oxc: true },
    fixedExtension: true,
    clean: false,
    deps: { neverBundle: ['react', '@rampart/browser'], onlyBundle: false },
  },
  {
    ...common,
    entry: { rampart: 'src/index.ts' },
    format: 'iife',
    globalName: 'rampart',
    minify: true,
    dts: false,
    clean: false,
    deps: { onlyBundle: false },
  },
]

export default config
