import type { Command } from 'commander'
import type { Act } from './command.ts'
import { addRampControl } from './ramp-control.ts'
import { addRampLook } from './ramp-look.ts'
import { addRampRun } from './ramp-run.ts'

/** `rampart ramp …`. */
export function addRamp(program: Command, act: Act): void {
  const ramp = program.command('ramp').alias('ramps').description('Start, watch and steer ramps')
  addRampRun(ramp, act)
  addRampLook(ramp, act)
  addRampControl(ramp, act)
}
