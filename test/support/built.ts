import { build } from '../../scripts/build.mjs'

/** Stories and browser tests run the built server, UI and CLI: the files that users run. */
export default function setup(): void {
  build()
}
