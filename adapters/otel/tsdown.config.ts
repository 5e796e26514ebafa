/** One file per module system, with types. OpenTelemetry and the SDK are the application's own. */
export default {
  entry: ['src/index.ts'],
  format: ['esm', 'cjs'],
  platform: 'node',
  target: 'node20.19',
  dts: { oxc: true },
  fixedExtension: true,
  deps: { onlyBundle: false },
}
