import type { Command } from 'commander'
import type { Check } from '../doctor/check.ts'
import { examine } from '../doctor/examine.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { wrap } from '../output/layout.ts'
import type { Paint } from '../output/paint.ts'
import { type Here, VERSION } from '../session.ts'
import { loadSettings } from '../settings-files.ts'
import { type ActHere, answer, examples } from './command.ts'

/** `rampart doctor`: what stands between this command and the server. */
export function addDoctor(program: Command, actHere: ActHere): void {
  program
    .command('doctor')
    .description('Look at everything between here and the server, and say what to do; exit 1 when something fails')
    .addHelpText('before', examples('doctor -p demo -e production', 'doctor -p demo --json'))
    .action(actHere(doctor))
}

async function doctor({ world, voice, flags, keepSecret }: Here): Promise<ExitCode> {
  const settings = await loadSettings(world, flags)
  for (const secret of [settings.token, settings.sdkKey]) if (secret !== undefined) keepSecret(secret.value)
  const columns = world.stdout.columns() ?? 100
  const checks: Check[] = []
  for await (const check of examine({ world, settings, version: VERSION })) {
    checks.push(check)
    // each as it is found: the stream may take its time
    if (!voice.json) world.stdout.write(`${sayCheck(check, columns, voice.paint).join('\n')}\n`)
  }
  const exitCode = checks.some(({ verdict }) => verdict === 'fail') ? EXIT.unexpected : EXIT.done
  answer({ world, voice }, { ok: exitCode === EXIT.done, checks, exitCode }, [])
  return exitCode
}

const WORDS = { ok: 'ok', warn: 'warn', fail: 'FAIL' } as const

/** `ok    clock      this clock and the server’s agree`, and below what to do. */
function sayCheck({ name, verdict, words, todo }: Check, columns: number, paint: Paint): readonly string[] {
  const color = { ok: paint.green, warn: paint.yellow, fail: paint.red }[verdict]
  const [first = '', ...more] = wrap(words, columns - INDENT.length)
  return [
    `${color(WORDS[verdict].padEnd(4))}  ${name.padEnd(9)}  ${first}`,
    ...more.map((line) => INDENT + line),
    ...(todo === undefined ? [] : wrap(`→ ${todo}`, columns - INDENT.length).map((line) => INDENT + paint.bold(line))),
  ]
}

const INDENT = ' '.repeat(17)
