import type { Segment } from '@rampart/contract/admin'
import type { Command } from 'commander'
import type { ExitCode } from '../exit-codes.ts'
import { UsageError } from '../failure.ts'
import { jsonOf, objectOf } from '../input-files.ts'
import type { Session } from '../session.ts'
import { type Act, collect, examples } from './command.ts'
import { changeSegment, type SegmentEdit, type SegmentSettings, tellSegment } from './segment-change.ts'

/** `rampart segments set`: all of a segment from a file, or the parts that are named. */
export function addSegmentSet(segments: Command, act: Act): void {
  segments
    .command('set <key>')
    .description('Create a segment, or change what is named of it')
    .addHelpText(
      'before',
      examples(
        'segments set beta-testers -p demo --file beta-testers.json',
        `segments set eu -p demo --when '{"attribute":"country","operator":"is one of","operand":["DE","FR"]}'`,
      ),
    )
    .option('--file <file>', 'the whole segment as JSON, as segments get --json prints it; - is the standard input')
    .option('--when <json>', 'its condition; null is none')
    .option('--include <id>', 'the included list (repeatable)', collect)
    .option('--exclude <id>', 'the excluded list (repeatable)', collect)
    .option('--by <attribute>', 'the attribute whose values the lists hold (new: targetingKey)')
    .option('--name <text>', 'its name for people')
    .option('--description <text>', 'what it is for')
    .option('--if-version <n>', 'only when it is at this version; 0 is new (default: the version in the file)')
    .action(act(set))
}

interface Parts {
  readonly when?: string
  readonly include?: readonly string[]
  readonly exclude?: readonly string[]
  readonly by?: string
  readonly name?: string
  readonly description?: string
}

interface SetOptions extends Parts {
  readonly file?: string
  readonly ifVersion?: string
}

async function set(session: Session, key: string, options: SetOptions): Promise<ExitCode> {
  const { file, ifVersion, ...parts } = options
  if ((file === undefined) === (Object.keys(parts).length === 0))
    throw new UsageError('What should it be? All of it with --file, or parts of it with --when, --include and so on.')
  const asked = ifVersion === undefined ? undefined : versionFlag(ifVersion)
  const wanted = file === undefined ? byParts(parts) : await byFile(session, key, file)
  const changed = await changeSegment(session, key, { ...wanted, ifVersion: asked ?? wanted.ifVersion })
  return tellSegment(session, changed, `${changed.before === undefined ? 'created' : 'set'} segment ${key}`)
}

/** The parts that are named; the others stay as they are. */
function byParts({ when, include, exclude, ...rest }: Parts): SegmentEdit {
  // the server reads the condition, and says where it is wrong
  const condition = when === undefined ? {} : { when: jsonOf(when, '--when') as Segment['when'] }
  return {
    create: true,
    ifVersion: undefined,
    edit: (before) => ({
      ...before,
      ...condition,
      ...(include === undefined ? {} : { included: [...include] }),
      ...(exclude === undefined ? {} : { excluded: [...exclude] }),
      ...rest,
    }),
  }
}

async function byFile(session: Session, key: string, file: string): Promise<SegmentEdit> {
  const { key: own = key, version, ...settings } = await objectOf(session.world, file)
  if (own !== key) throw new UsageError(`${file} has the segment ${String(own)}, not ${key}.`)
  if (version !== undefined && typeof version !== 'number')
    throw new UsageError(`"version" in ${file} must be a number.`)
  // the server checks every member, and says where one is wrong
  const whole = { when: null, included: [], excluded: [], by: 'targetingKey', ...settings } as SegmentSettings
  return { create: true, ifVersion: version, edit: () => whole }
}

function versionFlag(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new UsageError(`--if-version: "${text}" must be a version such as 3, or 0 for a new segment.`)
}
