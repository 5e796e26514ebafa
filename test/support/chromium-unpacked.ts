import { chromiumPath } from './chromium.ts'

/** Unpacks Chromium once, before workers could do it at the same time into the same file. */
export default async function setup(): Promise<void> {
  await chromiumPath()
}
