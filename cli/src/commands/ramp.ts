import type { Command } from 'commander'
import { type Act, examples } from './command.ts'
import { addRampControl } from './ramp-control.ts'
import { addRampLook } from './ramp-look.ts'
import { addRampRun } from './ramp-run.ts'

/** `rampart ramp …`. */
export function addRamp(program: Command, act: Act): void {
  const ramp = program
    .command('ramp')
    .alias('ramps')
    .description('Start, watch and steer ramps')
    .addHelpText(
      'before',
      examples(
        'ramp run new-checkout-flow -p demo -e production --steps "1%:10m,10%:15m,50%:30m,100%"',
        'ramp list -p demo --active',
      ),
    )
  addRampRun(ramp, act)
  addRampLook(ramp, act)
  addRampControl(ramp, act)
}
