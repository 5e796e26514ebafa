import { formatSteps, parseDuration, type Ramp, sayDuration } from '@rampart/contract/admin'
import { EVERYONE_ELSE } from '@rampart/core'
import type { ReactNode } from 'react'
import { IconExternalLink } from './icons.ts'
import { When } from './moment.tsx'
import { sayPercent } from './percent.ts'
import styles from './ramp-facts.module.css'

/** What was asked for when the ramp was started. */
export function RampFacts({ ramp }: { readonly ramp: Ramp }) {
  const { plan, source } = ramp
  return (
    <dl className={styles['facts']}>
      <Fact name="Gives">
        {ramp.to} to {ramp.rule === EVERYONE_ELSE ? 'everyone else' : `rule ${ramp.rule}`}
      </Fact>
      <Fact name="Steps">
        <code>{formatSteps(plan.steps)}</code>
      </Fact>
      <Fact name="Takes back to">{sayPercent(ramp.percent.before)}</Fact>
      <Fact name="False alarms">at most {sayPercent(plan.alpha * 100)} of healthy ramps</Fact>
      <Fact name="Longest step">
        {say(plan.maxDwell)}, then {plan.onFewSamples === 'rollback' ? 'roll back' : plan.onFewSamples}
      </Fact>
      <Fact name="Without data">
        {plan.onNoData === 'rollback' ? 'roll back' : 'hold'} after {say(plan.noDataGrace)}
      </Fact>
      {plan.bake !== null && <Fact name="Bake">{say(plan.bake)} at 99%</Fact>}
      <Fact name="Started">
        <When at={ramp.startedAt} /> by {ramp.startedBy.name}
      </Fact>
      {ramp.run !== null && (
        <Fact name="Run">
          <code>{ramp.run}</code>
        </Fact>
      )}
      {source?.url !== undefined && (
        <Fact name="Source">
          <SourceLink url={source.url} />
        </Fact>
      )}
      {source?.commit !== undefined && (
        <Fact name="Commit">
          <code>{source.commit}</code>
        </Fact>
      )}
      {source?.image !== undefined && (
        <Fact name="Image">
          <code>{source.image}</code>
        </Fact>
      )}
    </dl>
  )
}

/** Whoever started the ramp wrote the address: only a web address becomes a link. */
function SourceLink({ url }: { readonly url: string }) {
  if (!/^https?:\/\//.test(url)) return <code>{url}</code>
  return (
    <a href={url} target="_blank" rel="noreferrer noopener">
      {url.replace(/^https?:\/\//, '')} <IconExternalLink size={13} aria-label="opens a new tab" />
    </a>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function say(duration: string): string {
  const ms = parseDuration(duration)
  return ms === undefined ? duration : sayDuration(ms)
}
