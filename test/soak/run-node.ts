import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { root } from '../support/imports.ts'

/** Runs a program of the repository to its end and gives what it said. Rejects with its last words when it fails. */
export async function runNode(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { stdout: '', stderr: '' }
  for (const output of ['stdout', 'stderr'] as const) {
    child[output].setEncoding('utf8').on('data', (text: string) => {
      said[output] += text
    })
  }
  await once(child, 'close')
  if (child.exitCode === 0) return said.stdout
  throw new Error(`${program} ${args.join(' ')} failed:\n${said.stderr}`)
}
