/**
 * An entry for each place where tests run, in both module systems, with types. Core is bundled; SDKs and tools are the
 * application's own. What runs in pages knows nothing of Node.
 */
const shared = {
  format: ['esm', 'cjs'],
  target: 'es2022',
  dts: { oxc: true },
  fixedExtension: true,
  deps: { onlyBundle: false },
}

export default [
  { ...shared, entry: ['src/index.ts'], platform: 'node' },
  {
    ...shared,
    entry: ['src/browser.ts', 'src/react.ts', 'src/msw.ts', 'src/playwright.ts'],
    platform: 'browser',
    clean: false,
  },
]
