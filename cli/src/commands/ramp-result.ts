import { appendFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ProblemError, type Ramp } from '@rampart/contract/admin'
import type { ExitCode } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { type RampDocument, rampDocument, rampOutputs } from '../output/document.ts'
import { endBlock } from '../output/end.ts'
import { sayPropagation } from '../output/figures.ts'
import { outputLines } from '../output/github.ts'
import { logLine } from '../output/log.ts'
import { summary } from '../output/summary.ts'
import { sayAge, watchAgain } from '../output/words.ts'
import type { Session } from '../session.ts'
import type { Watched } from '../watch.ts'
import { rampUrl } from './find-ramp.ts'

export interface ConcludeOptions {
  /** A file, or `auto`; undefined takes the job summary of the CI system when there is one. */
  readonly summary?: string | undefined
  /** The ramp was started and is left to the server. */
  readonly detached?: boolean
}

/** Says how a ramp, or the watching of it, ended: to the standard output, and to the files a CI system reads. */
export async function conclude(session: Session, watched: Watched, options: ConcludeOptions): Promise<ExitCode> {
  const { ramp, trail, exitCode } = watched
  const url = rampUrl(session, ramp)
  const document = rampDocument(ramp, trail, { url, exitCode })
  say(session, watched, document, options.detached === true)
  await writeOutputs(session, document)
  if (options.detached !== true)
    await writeSummary(session, options.summary, summary(ramp, trail, { url, now: session.connection.now() }))
  return exitCode
}

function say(session: Session, { ramp, exitCode }: Watched, document: RampDocument, detached: boolean): void {
  const { world, voice, connection } = session
  const now = connection.now()
  const print = (line: string): void => world.stdout.write(`${line}\n`)
  if (voice.json) {
    print(JSON.stringify(document, null, 2))
    return
  }
  if (detached) {
    // the id alone, for a script that keeps it
    print(ramp.id)
    return
  }
  if (voice.live) {
    const columns = world.stdout.columns() ?? 80
    for (const line of endBlock(ramp, { columns, paint: voice.paint, now, url: document.url })) print(line)
    return
  }
  if (ramp.end === null)
    print(logLine({ at: now, kind: 'note', text: `the ramp goes on; watch it again with: ${watchAgain(ramp)}` }))
  print(logLine({ at: now, kind: 'result', text: resultWords(ramp, now, exitCode, document.url) }))
}

/** `rolled_back  41m 10s  38/38 SDKs in 0.9s  exit 10  https://…`. */
function resultWords(ramp: Ramp, now: number, exitCode: ExitCode, url: string): string {
  const sdks = ramp.propagation.instances === 0 ? [] : [sayPropagation(ramp.propagation)]
  return [ramp.state, sayAge(ramp, now), ...sdks, `exit ${exitCode}`, url].join('  ')
}

/** The outputs of a GitHub step; elsewhere there is no such file. */
async function writeOutputs(session: Session, document: RampDocument): Promise<void> {
  const path = session.world.env['GITHUB_OUTPUT']
  if (path === undefined || path === '') return
  const revision = await revisionNow(session, document)
  await appendFile(path, outputLines(rampOutputs(document, revision)))
}

/** The revision that holds after the ramp; null when it cannot be had, which is no reason to lose the outcome. */
async function revisionNow({ connection }: Session, document: RampDocument): Promise<number | null> {
  const { project, environment, flag } = document
  try {
    const params = { project, environment, flag }
    return (await connection.ask((api, signal) => api.getConfig({ params, signal }))).body.revision
  } catch (error) {
    if (error instanceof ProblemError || error instanceof Failure) return null
    throw error
  }
}

async function writeSummary(session: Session, choice: string | undefined, text: string): Promise<void> {
  const job = session.world.env['GITHUB_STEP_SUMMARY']
  if (choice !== undefined && choice !== 'auto') return writeFile(resolve(session.world.cwd, choice), text)
  if (job !== undefined && job !== '') await appendFile(job, text)
}
