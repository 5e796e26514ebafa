import type { Environment, Ramp } from '@rampart/contract/admin'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { announce } from '../parts/announcer.tsx'
import { AuditList } from '../parts/audit-list.tsx'
import { Card, Quiet, Waiting } from '../parts/card.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { cx } from '../parts/cx.ts'
import { enteredSteps } from '../parts/entered-steps.ts'
import { EnvironmentName, ProtectedBand } from '../parts/environment-mark.tsx'
import { FailureCard } from '../parts/failure-card.tsx'
import { GuardTable } from '../parts/guard-table.tsx'
import { HoldList } from '../parts/hold-list.tsx'
import { KillDialog } from '../parts/kill-dialog.tsx'
import { Ago } from '../parts/moment.tsx'
import { NotFound } from '../parts/not-found.tsx'
import { PageSkeleton } from '../parts/page-skeleton.tsx'
import { PropagationLine } from '../parts/propagation-line.tsx'
import { RampActions } from '../parts/ramp-actions.tsx'
import { RampBadge } from '../parts/ramp-badge.tsx'
import { RampFacts } from '../parts/ramp-facts.tsx'
import { RampOutcome } from '../parts/ramp-outcome.tsx'
import { RampTimeline } from '../parts/ramp-timeline.tsx'
import { RampTriple } from '../parts/ramp-triple.tsx'
import { needsPerson, tabTitle } from '../parts/ramp-words.ts'
import { StartAgainDialog } from '../parts/start-again-dialog.tsx'
import { useFavicon } from '../parts/use-favicon.ts'
import { useNow } from '../parts/use-now.ts'
import { useTitle } from '../parts/use-title.ts'
import { useAudit } from '../queries/audit.ts'
import { failureOf } from '../queries/failure.ts'
import { useEnvironments } from '../queries/projects.ts'
import { rampQuery } from '../queries/ramps.ts'
import { usePermission } from '../queries/session.ts'
import styles from './ramp.module.css'

// charts come after the figures that a person on call needs
const RampCharts = lazy(async () => ({ default: (await import('../parts/ramp-charts.tsx')).RampCharts }))

/** One ramp, live: where it is, what it waits for, when it decides, and why it did what it did. */
export function RampPage() {
  const { project, id } = useParams({ from: '/signed-in/p/$project/ramps/$id' })
  const environments = useEnvironments(project)
  const ramp = useQuery(rampQuery(project, id))
  if (ramp.data === undefined) {
    if (ramp.error === null) return <PageSkeleton />
    if (failureOf(ramp.error).code === 'not_found') return <NotFound />
    return (
      <FailureCard
        heading="h1"
        what="The ramp could not be loaded"
        error={ramp.error}
        onRetry={() => void ramp.refetch()}
      />
    )
  }
  const { environment: key } = ramp.data
  const environment = environments.find((one) => one.key === key)
  return environment === undefined ? <NotFound /> : <RampView ramp={ramp.data} environment={environment} />
}

function RampView({ ramp, environment }: { readonly ramp: Ramp; readonly environment: Environment }) {
  const place = { project: ramp.project, environment: ramp.environment, flag: ramp.flag }
  const mayStart = usePermission('startRamp', place)
  const log = useAudit({ project: ramp.project, subject: 'ramp', key: ramp.id })
  const entries = log.data?.pages.flatMap((page) => page.items)
  const [dialog, setDialog] = useState<'kill' | 'again'>()
  const close = () => setDialog(undefined)
  useRampSigns(ramp)

  return (
    <div className={styles['page']}>
      <ProtectedBand environment={environment} />
      <RampHead ramp={ramp} environment={environment} />
      {ramp.end === null ? (
        <Card
          flush
          title={<RampBadge ramp={ramp} />}
          aside={<RampActions {...{ ramp, environment }} onKill={() => setDialog('kill')} />}
        >
          <RampTriple ramp={ramp} />
          <div className={styles['holds']}>
            <p className={cx(needsPerson(ramp) && styles['stopped'])}>{ramp.sentence}</p>
            {ramp.holds.length > 1 && <HoldList holds={ramp.holds} />}
          </div>
        </Card>
      ) : (
        <RampOutcome ramp={ramp} permission={mayStart} onStartAgain={() => setDialog('again')} />
      )}
      <Card flush title="Steps" aside={dialog !== 'kill' && <PropagationLine propagation={ramp.propagation} />}>
        <RampTimeline ramp={ramp} entered={entries === undefined || log.hasNextPage ? null : enteredSteps(entries)} />
      </Card>
      <Card flush={ramp.verdicts.length > 0} title={ramp.end === null ? 'Guards' : 'Guards at the end'}>
        {ramp.verdicts.length > 0 ? (
          <GuardTable verdicts={ramp.verdicts} to={ramp.to} />
        ) : (
          <Quiet>Nothing watches this ramp: it advances by time, and only people take it back.</Quiet>
        )}
      </Card>
      <Suspense
        fallback={
          <Card title="Charts">
            <Waiting />
          </Card>
        }
      >
        <RampCharts ramp={ramp} entries={entries ?? []} />
      </Suspense>
      <div className={styles['columns']}>
        <Card flush={(entries?.length ?? 0) > 0} title="Decisions">
          {entries === undefined && log.error !== null && (
            <FailureCard
              what="The decisions could not be loaded"
              error={log.error}
              onRetry={() => void log.refetch()}
            />
          )}
          {log.isPending && <Waiting />}
          {entries !== undefined && (
            <AuditList
              entries={entries}
              more={{ has: log.hasNextPage, pending: log.isFetchingNextPage, load: () => void log.fetchNextPage() }}
            />
          )}
        </Card>
        <Card title="Plan">
          <RampFacts ramp={ramp} />
        </Card>
      </div>
      {dialog === 'kill' && (
        <KillDialog
          place={place}
          environment={environment}
          config={{ off: 'the off variation', heldBy: ramp.end === null ? { ramp: ramp.id, rule: ramp.rule } : null }}
          onClose={close}
        />
      )}
      {dialog === 'again' && <StartAgainDialog ramp={ramp} environment={environment} onClose={close} />}
    </div>
  )
}

function RampHead({ ramp, environment }: { readonly ramp: Ramp; readonly environment: Environment }) {
  return (
    <header className={styles['head']}>
      <p className={styles['trail']}>
        <Link to="/p/$project/ramps" params={{ project: ramp.project }}>
          Ramps
        </Link>
      </p>
      <div className={styles['title']}>
        <h1>
          <Link
            to="/p/$project/flags/$flag/$environment"
            params={{ project: ramp.project, flag: ramp.flag, environment: ramp.environment }}
          >
            {ramp.flag}
          </Link>
        </h1>
        <EnvironmentName environment={environment} />
        {ramp.end !== null && <RampBadge ramp={ramp} />}
      </div>
      <p className={styles['meta']}>
        Ramp <code>{ramp.id}</code>
        <CopyButton text={ramp.id} what="ramp id" />
        <span>
          started <Ago at={ramp.startedAt} /> by {ramp.startedBy.name}
        </span>
      </p>
    </header>
  )
}

/** The tab's title and icon, and what a screen reader hears when the ramp moves. */
function useRampSigns(ramp: Ramp): void {
  useTitle(tabTitle(ramp, useNow(1000)))
  useFavicon(ramp.state === 'rolled_back' || ramp.state === 'killed')
  const before = useRef(ramp)
  useEffect(() => {
    const { state, step } = before.current
    before.current = ramp
    if (state === ramp.state && step === ramp.step) return
    announce(ramp.sentence, ramp.state === 'rolled_back' || ramp.state === 'killed' ? 'urgent' : 'polite')
  }, [ramp])
}
