/**
 * One file per module system, with types. Core, contract/wire and murmurhash are bundled, so that the package depends on
 * what package.json says and on nothing private. Types are made file by file (isolated declarations): whatever core and
 * contract/wire export says its type.
 */
export default {
  entry: ['src/index.ts'],
  format: ['esm', 'cjs'],
  platform: 'node',
  target: 'node20.19',
  dts: { oxc: true },
  fixedExtension: true,
  deps: { onlyBundle: false },
}
