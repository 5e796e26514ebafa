#!/usr/bin/env node
import { existsSync } from 'node:fs'
import module from 'node:module'

const main = new URL('../dist/main.js', import.meta.url)

if (existsSync(main)) {
  // Node 22.1 and newer keep the compiled code: a second start does not compile again
  module.enableCompileCache?.()
  await import(main.href)
} else {
  console.error('rampart: this copy is not built yet; run npm start once in the repository.')
  process.exitCode = 1
}
