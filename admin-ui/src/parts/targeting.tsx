import { Switch } from '@mantine/core'
import type { Environment, Flag, FlagConfig } from '@rampart/contract/admin'
import { EVERYONE_ELSE } from '@rampart/core'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { type ConfigPlace, useSetRollout, useSwitchFlag } from '../queries/flags.ts'
import { useConnection } from '../queries/live.ts'
import { usePermission } from '../queries/session.ts'
import { Waiting } from './card.tsx'
import { ChangeDialog } from './change-dialog.tsx'
import { CommandButton } from './command-button.tsx'
import { frictionOf, frictionOfRelease } from './friction.ts'
import { IconLock } from './icons.ts'
import { keptDraft } from './kept-draft.ts'
import { showFailure, showUndo } from './notices.tsx'
import { sayPercent } from './percent.ts'
import { RolloutControl } from './rollout-control.tsx'
import { RuleList } from './rule-list.tsx'
import { sayServed, sayWeights } from './serve-words.ts'
import { shareOf } from './share.ts'
import styles from './targeting.module.css'

interface TargetingProps {
  readonly place: ConfigPlace
  readonly flag: Flag
  readonly environment: Environment
  readonly config: FlagConfig
}

// read by many, written by few
const RuleEditor = lazy(async () => ({ default: (await import('./rule-editor.tsx')).RuleEditor }))

/** Who gets what: the switch, the rules in their order, everyone else. */
export function Targeting({ place, flag, environment, config }: TargetingProps) {
  const permission = usePermission('putConfig', place)
  const [editing, setEditing] = useState(() => keptDraft(place) !== undefined)
  return (
    <>
      <SwitchRow place={place} flag={flag} environment={environment} config={config} />
      {editing ? (
        <Suspense
          fallback={
            <div className={styles['everyone']}>
              <Waiting />
            </div>
          }
        >
          <RuleEditor {...{ place, flag, environment, config }} onClose={() => setEditing(false)} />
        </Suspense>
      ) : (
        <>
          <RuleList config={config} />
          <EveryoneElse place={place} flag={flag} environment={environment} config={config} />
          <div className={styles['edit']}>
            <CommandButton permission={permission} variant="default" size="xs" onClick={() => setEditing(true)}>
              {config.rules.length === 0 ? 'Add rules or a split…' : 'Edit rules…'}
            </CommandButton>
          </div>
        </>
      )}
    </>
  )
}

function SwitchRow({ place, environment, config }: TargetingProps) {
  const permission = usePermission('switchFlag', place)
  const offline = useConnection().kind === 'offline'
  const command = useSwitchFlag(place)
  const [asking, setAsking] = useState(false)
  const { on, revision } = config
  const word = (value: boolean) => (value ? 'On' : 'Off')

  const set = (to: boolean, ifMatch: number) =>
    command.mutate(
      { on: to, ifMatch },
      {
        onSuccess: ({ item }) => {
          setAsking(false)
          showUndo(`${place.flag} is ${word(to).toLowerCase()} in ${place.environment}`, () => undo(!to, item.revision))
        },
        onError: (error) => {
          if (!environment.protected) showFailure(`${place.flag} was not switched`, error)
        },
      },
    )
  const undo = (to: boolean, ifMatch: number) =>
    command.mutate({ on: to, ifMatch }, { onError: (error) => showFailure('It was not undone', error) })

  return (
    <div className={styles['row']}>
      <div className={styles['switch']}>
        <Switch
          size="md"
          checked={on}
          onChange={() => (environment.protected ? setAsking(true) : set(!on, revision))}
          disabled={!permission.ok || offline || command.isPending}
          label={word(on)}
          aria-label={`${place.flag} in ${place.environment}, ${word(on)}`}
          color="blue"
        />
        {!permission.ok && <span className={styles['why']}>{permission.why}</span>}
      </div>
      <p className={styles['summary']}>{config.summary}</p>
      {asking && (
        <ChangeDialog
          title={`Switch ${place.flag} ${on ? 'off' : 'on'}`}
          environment={environment}
          friction={on ? 'confirm' : frictionOfRelease(environment.protected)}
          rows={[
            { what: 'Switch', before: word(on), after: word(!on) },
            {
              what: 'Served',
              before: config.summary,
              after: on ? `Everyone gets ${config.off}` : sayServed(config),
            },
          ]}
          action={on ? 'Switch off' : 'Switch on'}
          command={command}
          onConfirm={() => set(!on, revision)}
          onClose={() => {
            command.reset()
            setAsking(false)
          }}
        />
      )}
    </div>
  )
}

function EveryoneElse({ place, flag, environment, config }: TargetingProps) {
  const permission = usePermission('setRollout', place)
  const command = useSetRollout(place)
  const [asked, setAsked] = useState<number>()
  const share = shareOf(config.everyoneElse, flag, config.off)
  const held = config.heldBy !== null && 'ramp' in config.heldBy && config.heldBy.rule === EVERYONE_ELSE
  const friction = (percent: number) =>
    frictionOf(share.kind === 'share' ? share.percent : 0, percent, environment.protected)

  const set = (percent: number, ifMatch: number, from: number) => {
    if (share.kind === 'split') return
    const { variation } = share
    command.mutate(
      { percent, variation, ifMatch },
      {
        onSuccess: ({ item }) => {
          setAsked(undefined)
          if (percent < from)
            showUndo(`${sayPercent(percent)} get ${variation} in ${place.environment}`, () =>
              command.mutate(
                { percent: from, variation, ifMatch: item.revision },
                { onError: (error) => showFailure('It was not undone', error) },
              ),
            )
        },
        onError: (error) => {
          if (asked === undefined) showFailure('The share was not changed', error)
        },
      },
    )
  }

  return (
    <div className={styles['everyone']}>
      <h3>{config.rules.length === 0 ? 'Everyone' : 'Everyone else'}</h3>
      {share.kind === 'split' && <p>{sayWeights(share.weights)}</p>}
      {share.kind === 'share' && held && (
        <HeldByRamp config={config} percent={share.percent} variation={share.variation} />
      )}
      {share.kind === 'share' && !held && (
        <RolloutControl
          key={`${place.flag}/${place.environment}`}
          share={share}
          revision={config.revision}
          by={config.everyoneElse.by ?? 'targetingKey'}
          permission={permission}
          actsAtOnce={(percent) => friction(percent) === 'direct'}
          onChange={(percent) =>
            friction(percent) === 'direct' ? set(percent, config.revision, share.percent) : setAsked(percent)
          }
        />
      )}
      {asked !== undefined && share.kind === 'share' && (
        <ShareDialog
          {...{ place, environment, config, command }}
          share={share}
          to={asked}
          onConfirm={() => set(asked, config.revision, share.percent)}
          onClose={() => {
            command.reset()
            setAsked(undefined)
          }}
        />
      )}
    </div>
  )
}

interface ShareDialogProps extends Pick<TargetingProps, 'place' | 'environment' | 'config'> {
  readonly command: ReturnType<typeof useSetRollout>
  readonly share: Extract<ReturnType<typeof shareOf>, { kind: 'share' }>
  readonly to: number
  readonly onConfirm: () => void
  readonly onClose: () => void
}

function ShareDialog({ place, environment, config, command, share, to, onConfirm, onClose }: ShareDialogProps) {
  const asks = frictionOf(share.percent, to, environment.protected)
  const words = (percent: number) => `${sayPercent(percent)} get ${share.variation}, the rest get ${share.otherwise}`
  return (
    <ChangeDialog
      title={`Change the share of ${place.flag}`}
      environment={environment}
      friction={asks === 'direct' ? 'confirm' : asks}
      rows={[
        {
          what: config.rules.length === 0 ? 'Everyone' : 'Everyone else',
          before: words(share.percent),
          after: words(to),
        },
      ]}
      action={`${to > share.percent ? 'Raise' : 'Lower'} to ${sayPercent(to)}`}
      command={command}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      {(config.killed !== null || !config.on) && (
        <p className={styles['note']}>
          The flag is {config.killed === null ? 'off' : 'killed'} here: the new share is served only once it is{' '}
          {config.killed === null ? 'switched on' : 'restored'}.
        </p>
      )}
    </ChangeDialog>
  )
}

interface HeldByRampProps {
  readonly config: FlagConfig
  readonly percent: number
  readonly variation: string
}

function HeldByRamp({ config, percent, variation }: HeldByRampProps) {
  if (config.heldBy === null || !('ramp' in config.heldBy)) return null
  return (
    <div className={styles['held']}>
      <IconLock size={18} stroke={1.8} aria-hidden />
      <p>
        <strong>
          {sayPercent(percent)} get {variation}
        </strong>
        , held by ramp{' '}
        <Link to="/p/$project/ramps/$id" params={{ project: config.project, id: config.heldBy.ramp }}>
          {config.heldBy.ramp}
        </Link>
        . To change the share, pause or end the ramp.
      </p>
    </div>
  )
}
