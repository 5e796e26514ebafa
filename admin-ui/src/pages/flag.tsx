import { type Flag, type ToldToPages, whatPagesAreTold } from '@rampart/contract/admin'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { ArchiveDialog } from '../parts/archive-dialog.tsx'
import { ArchivedBanner } from '../parts/archived-banner.tsx'
import { AuditList } from '../parts/audit-list.tsx'
import { Card, Quiet, Waiting } from '../parts/card.tsx'
import { CommandButton } from '../parts/command-button.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { EditFlagDialog } from '../parts/edit-flag-dialog.tsx'
import { EnvironmentName, ProtectedBand } from '../parts/environment-mark.tsx'
import { EnvironmentTabs } from '../parts/environment-tabs.tsx'
import { FailureCard } from '../parts/failure-card.tsx'
import { KillDialog } from '../parts/kill-dialog.tsx'
import { KilledBanner } from '../parts/killed-banner.tsx'
import { NotFound } from '../parts/not-found.tsx'
import { PageSkeleton } from '../parts/page-skeleton.tsx'
import { PropagationLine } from '../parts/propagation-line.tsx'
import { RampRows } from '../parts/ramp-rows.tsx'
import { rememberEnvironment } from '../parts/remembered.ts'
import { RestoreDialog } from '../parts/restore-dialog.tsx'
import { StartRampDialog } from '../parts/start-ramp-dialog.tsx'
import { Targeting } from '../parts/targeting.tsx'
import { useTitle } from '../parts/use-title.ts'
import { VariationsCard } from '../parts/variations-card.tsx'
import { useAudit } from '../queries/audit.ts'
import { failureOf } from '../queries/failure.ts'
import { type ConfigPlace, configQuery, flagQuery, useFlagStates } from '../queries/flags.ts'
import { useEnvironments } from '../queries/projects.ts'
import { usePropagation } from '../queries/propagation.ts'
import { useRampsOfFlag } from '../queries/ramps.ts'
import { usePermission } from '../queries/session.ts'
import styles from './flag.module.css'

type Dialog = 'kill' | 'restore' | 'ramp' | 'edit' | 'archive'

/** One flag in one environment: who gets what, and what may be done about it. */
export function FlagPage() {
  const place = useParams({ from: '/signed-in/p/$project/flags/$flag/$environment' })
  const environments = useEnvironments(place.project)
  const environment = environments.find(({ key }) => key === place.environment)
  const flag = useQuery(flagQuery(place.project, place.flag))
  const config = useQuery({ ...configQuery(place), enabled: environment !== undefined })
  const states = useFlagStates(place.project, place.flag).data ?? []
  const mayKill = usePermission('killFlag', place)
  const mayRestore = usePermission('restoreFlag', place)
  const [dialog, setDialog] = useState<Dialog>()
  const close = () => setDialog(undefined)
  useTitle(`${place.flag} · ${place.environment}`)
  useEffect(() => rememberEnvironment(place.project, place.environment), [place.project, place.environment])

  if (environment === undefined || (flag.error !== null && failureOf(flag.error).code === 'not_found'))
    return <NotFound />
  const failed = flag.data === undefined ? flag.error : config.data === undefined ? config.error : null
  if (failed !== null) {
    const retry = () => void Promise.all([flag.refetch(), config.refetch()])
    return <FailureCard heading="h1" what="The flag could not be loaded" error={failed} onRetry={retry} />
  }
  if (flag.data === undefined || config.data === undefined) return <PageSkeleton />

  return (
    <div className={styles['page']}>
      <ProtectedBand environment={environment} />
      <FlagHead project={place.project} flag={flag.data} onOpen={setDialog} />
      <EnvironmentTabs
        project={place.project}
        flag={place.flag}
        current={place.environment}
        environments={environments}
        states={states}
      />
      {flag.data.archivedAt !== null && (
        <ArchivedBanner project={place.project} flag={place.flag} at={flag.data.archivedAt} />
      )}
      {config.data.killed !== null && (
        <KilledBanner
          killed={config.data.killed}
          off={config.data.off}
          permission={mayRestore}
          onRestore={() => setDialog('restore')}
        />
      )}
      <div className={styles['columns']}>
        <div className={styles['main']}>
          <Card
            flush
            title={<EnvironmentName environment={environment} />}
            aside={
              config.data.killed === null && (
                <CommandButton permission={mayKill} evenOffline danger size="xs" onClick={() => setDialog('kill')}>
                  Kill…
                </CommandButton>
              )
            }
          >
            <Targeting
              key={`${place.flag}/${place.environment}`}
              place={place}
              flag={flag.data}
              environment={environment}
              config={config.data}
            />
          </Card>
          <RampsCard
            place={place}
            on={config.data.on && config.data.killed === null}
            onStart={() => setDialog('ramp')}
          />
        </div>
        <div className={styles['side']}>
          <DeliveryCard place={place} revision={config.data.revision} hidden={dialog === 'kill'} />
          <VariationsCard project={place.project} flag={flag.data} />
          <ChangesCard place={place} />
        </div>
      </div>
      {dialog === 'kill' && <KillDialog place={place} environment={environment} config={config.data} onClose={close} />}
      {dialog === 'restore' && (
        <RestoreDialog place={place} flag={flag.data} environment={environment} config={config.data} onClose={close} />
      )}
      {dialog === 'edit' && <EditFlagDialog project={place.project} flag={flag.data} onClose={close} />}
      {dialog === 'archive' && <ArchiveDialog project={place.project} flag={place.flag} onClose={close} />}
      {dialog === 'ramp' && (
        <StartRampDialog place={place} flag={flag.data} environment={environment} onClose={close} />
      )}
    </div>
  )
}

interface FlagHeadProps {
  readonly project: string
  readonly flag: Flag
  readonly onOpen: (dialog: 'edit' | 'archive') => void
}

const IN_PAGES: Readonly<Record<ToldToPages, string>> = {
  nothing: '',
  values: 'client-side, values only',
  rules: 'client-side',
}

function FlagHead({ project, flag, onOpen }: FlagHeadProps) {
  const permission = usePermission('patchFlag', { project })
  const facts = [
    flag.name === flag.key ? '' : flag.name,
    flag.type,
    flag.kind,
    IN_PAGES[whatPagesAreTold(flag)],
    flag.owner === null ? '' : `owner ${flag.owner}`,
    ...flag.tags,
  ]
  return (
    <header className={styles['head']}>
      <p className={styles['trail']}>
        <Link to="/p/$project/flags" params={{ project }} search={{}}>
          Flags
        </Link>
      </p>
      <div className={styles['title']}>
        <h1>{flag.key}</h1>
        <CopyButton text={flag.key} what="key" />
        <CommandButton permission={permission} variant="default" size="xs" onClick={() => onOpen('edit')}>
          Edit…
        </CommandButton>
        {flag.archivedAt === null && (
          <CommandButton permission={permission} variant="default" size="xs" onClick={() => onOpen('archive')}>
            Archive…
          </CommandButton>
        )}
      </div>
      <p className={styles['meta']}>{facts.filter((fact) => fact !== '').join(' · ')}</p>
      {flag.description !== '' && <p className={styles['description']}>{flag.description}</p>}
    </header>
  )
}

interface RampsCardProps {
  readonly place: ConfigPlace
  /** A flag that serves nobody cannot be ramped. */
  readonly on: boolean
  readonly onStart: () => void
}

function RampsCard({ place, on, onStart }: RampsCardProps) {
  const permission = usePermission('startRamp', place)
  const ramps = useRampsOfFlag(place)
  const active = ramps.data?.some((ramp) => ramp.end === null) === true
  const blocked = active ? 'A ramp is under way.' : 'To start one here, set the share to 0% and switch the flag on.'
  return (
    <Card
      flush={(ramps.data?.length ?? 0) > 0}
      title="Ramps"
      aside={
        <CommandButton
          permission={permission.ok && (active || !on) ? { ok: false, why: blocked } : permission}
          variant="default"
          size="xs"
          onClick={onStart}
        >
          Start ramp…
        </CommandButton>
      }
    >
      {ramps.error !== null && ramps.data === undefined && (
        <FailureCard what="The ramps could not be loaded" error={ramps.error} onRetry={() => void ramps.refetch()} />
      )}
      {ramps.isPending && <Waiting />}
      {ramps.data?.length === 0 && (
        <Quiet>
          A ramp raises the share step by step, compares users with and without, and takes itself back when a guard says
          that it does harm. {on ? '' : blocked}
        </Quiet>
      )}
      {ramps.data !== undefined && ramps.data.length > 0 && <RampRows ramps={ramps.data} naming="nothing" />}
    </Card>
  )
}

interface DeliveryCardProps {
  readonly place: ConfigPlace
  readonly revision: number
  /** While a dialog shows the same. */
  readonly hidden: boolean
}

function DeliveryCard({ place, revision, hidden }: DeliveryCardProps) {
  const propagation = usePropagation(place, revision, 'calm')
  return (
    <Card title="Delivery" aside={<Quiet>Revision {revision}</Quiet>}>
      {propagation.data !== undefined &&
        (hidden ? <Quiet>…</Quiet> : <PropagationLine propagation={propagation.data} />)}
      {propagation.isPending && <Waiting />}
      {propagation.isError && propagation.data === undefined && <Quiet>Not known at the moment.</Quiet>}
    </Card>
  )
}

function ChangesCard({ place }: { readonly place: ConfigPlace }) {
  const audit = useAudit({ project: place.project, subject: 'flag', key: place.flag, environment: place.environment })
  const entries = audit.data?.pages.flatMap((page) => page.items)
  return (
    <Card flush={(entries?.length ?? 0) > 0} title="Changes">
      {audit.error !== null && entries === undefined && (
        <FailureCard what="The changes could not be loaded" error={audit.error} onRetry={() => void audit.refetch()} />
      )}
      {audit.isPending && <Waiting />}
      {entries?.length === 0 && <Quiet>Nothing was changed here yet.</Quiet>}
      {entries !== undefined && entries.length > 0 && (
        <AuditList
          entries={entries}
          more={{ has: audit.hasNextPage, pending: audit.isFetchingNextPage, load: () => void audit.fetchNextPage() }}
        />
      )}
    </Card>
  )
}
