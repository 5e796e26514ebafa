/**
 * One file per module system, with types. Core and contract/wire are bundled, so that the package depends on nothing.
 * Types are made file by file (isolated declarations): whatever core and contract/wire export says its type.
 */
export default {
  entry: ['src/index.ts'],
  format: ['esm', 'cjs'],
  platform: 'browser',
  target: 'es2022',
  dts: { oxc: true },
  fixedExtension: true,
  deps: { onlyBundle: false },
}
