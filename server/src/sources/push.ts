import type { MeasurementsPushed, PushedMeasurement } from '@rampart/contract/admin'
import type { ProblemDetail } from '@rampart/contract/errors'
import { AppError } from '../app-error.ts'
import { untilCommitted } from '../audit/changed.ts'
import type { Clock } from '../clock.ts'
import { nearest } from '../http/nearest.ts'
import type { StoredRamp } from '../ramp/state.ts'
import type { Store } from '../store/store.ts'
import { type PushOutcome, sortPushes } from './pushes.ts'

export interface Pushing {
  /** Adds what was pushed, all or nothing. Throws `ramp_ended`, or `invalid` with the place of the mistake. */
  push(
    place: { readonly project: string; readonly id: string },
    figures: readonly PushedMeasurement[],
  ): Promise<MeasurementsPushed>
}

export interface PushingOptions {
  readonly store: Pick<Store, 'ramp' | 'figures' | 'addFigures'>
  readonly clock: Clock
}

export function createPushing({ store, clock }: PushingOptions): Pushing {
  return {
    push: ({ project, id }, pushed) =>
      untilCommitted(async () => {
        const ramp = (await store.ramp(id))?.ramp
        if (ramp === undefined || ramp.project !== project)
          throw new AppError('not_found', `Project ${project} has no ramp ${id}.`)
        if (ramp.end !== null) throw new AppError('ramp_ended', 'The ramp has ended; nothing was added.')
        const sorted = sortPushes(ramp, pushed, await store.figures(id), clock.now())
        if (!sorted.ok) throw refused(ramp, pushed, sorted)
        for (const { state, rows } of sorted.changes) {
          // those of the guards before are there then: the same push again is repeated for them
          if ((await store.addFigures({ ramp: id, state, rows })) === 'conflict') return { kind: 'conflict' }
        }
        return { kind: 'answer', answer: { outcomes: [...sorted.outcomes], words: wordsOf(sorted.outcomes) } }
      }),
  }
}

function refused(
  { plan }: StoredRamp,
  pushed: readonly PushedMeasurement[],
  { at, problem }: { readonly at: number; readonly problem: string },
): AppError {
  const known = plan.guards.filter(({ source }) => source.kind === 'pushed').map(({ metric }) => metric)
  const metric = pushed[at]?.metric ?? ''
  const near = known.includes(metric) ? undefined : nearest(metric, known)
  const detail: ProblemDetail = {
    pointer: `/measurements/${at}`,
    message: problem,
    ...(near === undefined ? {} : { nearest: near }),
  }
  const meant = near === undefined ? '' : ` (did you mean ${near}?)`
  return new AppError('invalid', `Figure ${at + 1}: ${problem}${meant}. Nothing was added.`, { errors: [detail] })
}

function wordsOf(outcomes: readonly PushOutcome[]): string {
  const count = (of: PushOutcome) => outcomes.filter((outcome) => outcome === of).length
  const late = count('late') === 0 ? [] : [`${count('late')} late: their windows had closed, or began before the ramp`]
  const repeated = count('repeated') === 0 ? [] : [`${count('repeated')} were there already`]
  return `${[`${count('added')} added`, ...repeated, ...late].join('; ')}.`
}
