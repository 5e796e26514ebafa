import type { Command } from 'commander'
import type { ExitCode } from '../exit-codes.ts'
import { tableWithin } from '../output/layout.ts'
import { plain } from '../output/plain.ts'
import type { Here } from '../session.ts'
import { type Explained, explainSettings } from '../settings-explained.ts'
import { readPlaces } from '../settings-files.ts'
import { type ActHere, answer, examples } from './command.ts'

/** `rampart config explain`. */
export function addConfig(program: Command, actHere: ActHere): void {
  const config = program
    .command('config')
    .description('What is configured, and where')
    .addHelpText('before', examples('config explain', 'config explain -e production --json'))
  config
    .command('explain')
    .description('Every setting with its value and what said so; secrets are masked. Asks no server')
    .addHelpText('before', examples('config explain', 'config explain -e production --json'))
    .action(actHere(explain))
}

async function explain(here: Here): Promise<ExitCode> {
  const settings = explainSettings(here, await readPlaces(here.world, here.flags))
  const { paint } = here.voice
  const rows = settings.map((setting) => (setting.value === null ? row(setting).map(paint.dim) : row(setting)))
  const [head = '', ...lines] = tableWithin([['setting', 'value', 'from'], ...rows], here.world.stdout.columns())
  return answer(here, { settings }, [paint.dim(head), ...lines])
}

function row({ name, value, from, over }: Explained): readonly string[] {
  return [name, value === null ? '–' : plain(value), over.length === 0 ? from : `${from}, over ${over.join(', ')}`]
}
