import { Button, Select, Switch, Textarea, TextInput } from '@mantine/core'
import type { Environment, Flag } from '@rampart/contract/admin'
import { Link, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { type Failure, failureOf, fieldError } from '../queries/failure.ts'
import type { ConfigPlace } from '../queries/flags.ts'
import { useMetrics, usePlans, useStartRamp } from '../queries/ramps.ts'
import styles from './dialog.module.css'
import { Dialog } from './dialog.tsx'
import { EnvironmentName } from './environment-mark.tsx'
import { FailureCard } from './failure-card.tsx'
import { bodyOf, readGuards, readSteps, type StartRampForm, withGuard } from './start-ramp-form.ts'

interface StartRampDialogProps {
  readonly place: ConfigPlace
  readonly flag: Pick<Flag, 'type' | 'variations'>
  readonly environment: Environment
  readonly initial?: Partial<StartRampForm>
  readonly onClose: () => void
}

const STANDARD_STEPS = '1%:10m,10%:15m,50%:30m,100%'

/** A ramp in a minute: steps, guards, start. The server checks; what it refuses stands at its field. */
export function StartRampDialog({ place, flag, environment, initial, onClose }: StartRampDialogProps) {
  const navigate = useNavigate()
  const plans = usePlans(place.project).data ?? []
  const start = useStartRamp(place)
  const [form, setForm] = useState<StartRampForm>({ ...EMPTY, ...initial })
  const change = (part: Partial<StartRampForm>) => setForm((before) => ({ ...before, ...part }))
  const failure = start.error === null ? undefined : failureOf(start.error)
  const steps = readSteps(form.steps)
  const guards = form.unguarded ? undefined : readGuards(form.guards)
  const wrong = (steps !== undefined && 'problem' in steps) || (guards !== undefined && 'problem' in guards)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (wrong) return
    start.mutate(bodyOf(form), {
      onSuccess: ({ project, id }) => void navigate({ to: '/p/$project/ramps/$id', params: { project, id } }),
    })
  }

  return (
    <Dialog onClose={onClose} title={`Start a ramp of ${place.flag}`} size={600}>
      <form onSubmit={submit} className={styles['form']}>
        <p className={styles['where']}>
          In <EnvironmentName environment={environment} /> to everyone else
        </p>
        {plans.length > 0 && (
          <Select
            label="Plan"
            placeholder="None: the steps and guards below"
            data={plans.map(({ key, name }) => ({ value: key, label: name === '' ? key : name }))}
            value={form.plan === '' ? null : form.plan}
            onChange={(plan) => change({ plan: plan ?? '' })}
            error={fieldError(failure, '/plan')}
            clearable
          />
        )}
        {flag.type !== 'boolean' && (
          <Select
            label="To"
            description="The variation that gets the share."
            data={flag.variations.map(({ key }) => key)}
            value={form.to === '' ? null : form.to}
            onChange={(to) => change({ to: to ?? '' })}
            error={fieldError(failure, '/to')}
            required
          />
        )}
        <TextInput
          label="Steps"
          description="Shares that rise, each with its least time. The last has none: reaching it completes the ramp."
          placeholder={form.plan === '' ? STANDARD_STEPS : 'The steps of the plan'}
          value={form.steps}
          onChange={({ currentTarget }) => change({ steps: currentTarget.value })}
          error={problemOf(steps) ?? fieldError(failure, '/steps')}
          spellCheck={false}
          data-autofocus
        />
        {steps !== undefined && 'outline' in steps && <p className={styles['aside']}>{steps.outline}</p>}
        <GuardFields place={place} form={form} failure={failure} onChange={change} />
        <StartFailure failure={failure} error={start.error} place={place} form={form} onChange={change} />
        <div className={styles['foot']}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={start.isPending} disabled={wrong}>
            Start ramp in {environment.key}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

const EMPTY: StartRampForm = {
  plan: '',
  steps: STANDARD_STEPS,
  guards: '',
  unguarded: false,
  to: '',
  allowNewMetric: false,
  replace: false,
  skipCooldown: '',
}

interface FieldsProps {
  readonly place: ConfigPlace
  readonly form: StartRampForm
  readonly failure: Failure | undefined
  readonly onChange: (part: Partial<StartRampForm>) => void
}

function GuardFields({ place, form, failure, onChange }: FieldsProps) {
  const metrics = useMetrics(place.project, place.environment).data ?? []
  const guards = readGuards(form.guards)
  const unused = metrics.filter(({ name }) => !form.guards.includes(name)).slice(0, 6)
  return (
    <>
      <Textarea
        label="Guards"
        description="One a line: a metric, and its limit if “no worse than without” is not what you mean."
        placeholder={form.plan === '' ? 'checkout_error\ncheckout_error<2%' : 'The guards of the plan'}
        autosize
        minRows={2}
        maxRows={8}
        value={form.guards}
        onChange={({ currentTarget }) => onChange({ guards: currentTarget.value })}
        error={form.unguarded ? undefined : (problemOf(guards) ?? fieldError(failure, '/guards'))}
        disabled={form.unguarded}
        spellCheck={false}
      />
      {!form.unguarded && guards !== undefined && 'outline' in guards && (
        <p className={styles['aside']}>{guards.outline}</p>
      )}
      {!form.unguarded && unused.length > 0 && (
        <div className={styles['chips']}>
          <span className={styles['aside']}>Seen here:</span>
          {unused.map(({ name }) => (
            <Button
              key={name}
              size="compact-xs"
              variant="default"
              onClick={() => onChange({ guards: withGuard(form.guards, name) })}
            >
              + {name}
            </Button>
          ))}
        </div>
      )}
      <Switch
        label="No guards: nothing watches, nothing takes it back by itself"
        checked={form.unguarded}
        onChange={({ currentTarget }) => onChange({ unguarded: currentTarget.checked })}
      />
    </>
  )
}

/** What the server refused that is not the fault of one field, with the way on where there is one. */
function StartFailure({ failure, error, place, form, onChange }: FieldsProps & { readonly error: unknown }) {
  if (failure === undefined) return null
  const atFields = failure.fields.length > 0 && failure.fields.every(({ pointer }) => SHOWN.test(pointer))
  return (
    <>
      {!atFields && <FailureCard what="The ramp was not started" error={error} />}
      {failure.code === 'unknown_metric' && (
        <Switch
          label="It will be reported for the first time: start anyway"
          checked={form.allowNewMetric}
          onChange={({ currentTarget }) => onChange({ allowNewMetric: currentTarget.checked })}
        />
      )}
      {failure.code === 'ramp_active' && (
        <>
          <ActiveRampLink project={place.project} current={failure.current} />
          <Switch
            label="Replace that ramp: it ends, and this one keeps its way back"
            checked={form.replace}
            onChange={({ currentTarget }) => onChange({ replace: currentTarget.checked })}
          />
        </>
      )}
      {failure.code === 'cooling_down' && (
        <TextInput
          label="Start anyway, because"
          description="The reason is kept in the log."
          value={form.skipCooldown}
          onChange={({ currentTarget }) => onChange({ skipCooldown: currentTarget.value })}
        />
      )}
    </>
  )
}

const SHOWN = /^\/(plan|to|steps|guards)(\/|$)/

function ActiveRampLink({ project, current }: { readonly project: string; readonly current: unknown }) {
  if (typeof current !== 'object' || current === null || !('id' in current) || typeof current.id !== 'string')
    return null
  return (
    <p>
      <Link to="/p/$project/ramps/$id" params={{ project, id: current.id }}>
        Look at ramp {current.id}
      </Link>
    </p>
  )
}

function problemOf(read: ReturnType<typeof readSteps>): string | undefined {
  return read !== undefined && 'problem' in read ? read.problem : undefined
}
