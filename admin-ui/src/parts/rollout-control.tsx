import { Button, NumberInput, Slider } from '@mantine/core'
import type { FlagConfig } from '@rampart/contract/admin'
import { useState } from 'react'
import type { Permission } from '../queries/permission.ts'
import { CommandButton } from './command-button.tsx'
import { sayPercent } from './percent.ts'
import styles from './rollout-control.module.css'
import type { Share } from './share.ts'

interface RolloutControlProps {
  readonly share: Extract<Share, { kind: 'share' }>
  readonly revision: FlagConfig['revision']
  readonly by: string
  readonly permission: Permission
  /** Whether this change acts at once, or opens a dialog first. */
  readonly actsAtOnce: (percent: number) => boolean
  readonly onChange: (percent: number) => void
}

/** The share of everyone else. What is typed is kept until it is saved or discarded, whatever others save meanwhile. */
export function RolloutControl({ share, revision, by, permission, actsAtOnce, onChange }: RolloutControlProps) {
  const [draft, setDraft] = useState<{ readonly percent: number; readonly from: number; readonly revision: number }>()
  // what was meant is what is served now: there is nothing left to save
  if (draft !== undefined && draft.percent === share.percent && draft.revision !== revision) setDraft(undefined)
  const percent = draft?.percent ?? share.percent
  const edit = (value: number) => {
    const next = Math.min(100, Math.max(0, Number(value.toFixed(3))))
    setDraft({ percent: next, from: draft?.from ?? share.percent, revision: draft?.revision ?? revision })
  }
  const changed = draft !== undefined && draft.percent !== share.percent
  const overtaken = changed && draft.revision !== revision && draft.from !== share.percent

  return (
    <div className={styles['control']}>
      <div className={styles['inputs']}>
        <Slider
          className={styles['slider'] ?? ''}
          value={percent}
          onChange={edit}
          min={0}
          max={100}
          step={1}
          label={null}
          color="blue"
          thumbLabel={`Share that gets ${share.variation}`}
          disabled={!permission.ok}
        />
        <NumberInput
          className={styles['number'] ?? ''}
          value={percent}
          onChange={(value) => typeof value === 'number' && edit(value)}
          min={0}
          max={100}
          decimalScale={3}
          suffix="%"
          hideControls
          aria-label={`Share that gets ${share.variation}, in percent`}
          disabled={!permission.ok}
        />
      </div>
      <p className={styles['words']}>
        {sayPercent(percent)} get <strong>{share.variation}</strong>, the rest get <strong>{share.otherwise}</strong>
        <span>
          {' '}
          · bucketed by <code>{by}</code>
        </span>
      </p>
      {changed && (
        <div className={styles['bar']}>
          <span className={styles['change']}>
            {sayPercent(share.percent)} → {sayPercent(percent)}
          </span>
          {overtaken && (
            <span className={styles['overtaken']}>
              It was {sayPercent(draft.from)} when you began; somebody changed it since. Your {sayPercent(percent)} is
              kept.
            </span>
          )}
          <span className={styles['buttons']}>
            <Button variant="default" size="xs" onClick={() => setDraft(undefined)}>
              Discard
            </Button>
            <CommandButton size="xs" permission={permission} onClick={() => onChange(percent)}>
              {actsAtOnce(percent) ? `Lower to ${sayPercent(percent)}` : 'Review change…'}
            </CommandButton>
          </span>
        </div>
      )}
    </div>
  )
}
