import { Button } from '@mantine/core'
import type { ConfigSettings } from '@rampart/contract/admin'
import { useState } from 'react'
import styles from './conflict-sheet.module.css'
import { cx } from './cx.ts'
import dialog from './dialog.module.css'
import { Dialog } from './dialog.tsx'
import { type Difference, differences, merged, type Side } from './settings-fields.ts'

interface ConflictSheetProps {
  readonly base: { readonly revision: number; readonly settings: ConfigSettings }
  readonly theirs: { readonly revision: number; readonly settings: ConfigSettings }
  readonly yours: ConfigSettings
  /** The configuration to go on from, made of both. Nothing is saved yet. */
  readonly onMerge: (settings: ConfigSettings) => void
  readonly onClose: () => void
}

/** Two people changed one configuration: what it was, what it is, what was meant, and for each field a choice. */
export function ConflictSheet({ base, theirs, yours, onMerge, onClose }: ConflictSheetProps) {
  const fields = differences(base.settings, theirs.settings, yours)
  const [chosen, setChosen] = useState<Readonly<Record<string, Side>>>({})
  const sideOf = (field: Difference): Side => chosen[field.id] ?? field.proposed
  const choice = (id: string) => {
    const field = fields.find((one) => one.id === id)
    return field === undefined ? undefined : sideOf(field)
  }
  return (
    <Dialog
      onClose={onClose}
      size={880}
      title={`Revision ${theirs.revision} was saved while you edited ${base.revision}`}
    >
      <div className={dialog['form']}>
        <p>
          {fields.length === 0
            ? 'Both of you made the same change.'
            : 'Only what differs is shown. What only one of you changed is chosen already.'}
        </p>
        {fields.map((field) => (
          <fieldset key={field.id} className={styles['field']}>
            <legend>
              {field.what}
              {field.clash && <span className={styles['clash']}>both changed it</span>}
            </legend>
            <div className={styles['base']}>
              <span className={styles['side']}>Base</span>
              {field.base}
            </div>
            {(['theirs', 'yours'] as const).map((side) => (
              <label key={side} className={cx(styles['option'], sideOf(field) === side && styles['chosen'])}>
                <span className={styles['side']}>
                  <input
                    type="radio"
                    name={field.id}
                    checked={sideOf(field) === side}
                    onChange={() => setChosen({ ...chosen, [field.id]: side })}
                  />
                  {side === 'theirs' ? 'Theirs' : 'Yours'}
                </span>
                {field[side]}
              </label>
            ))}
          </fieldset>
        ))}
        <div className={dialog['foot']}>
          <span className={dialog['aside']}>Nothing is saved before you have reviewed it.</span>
          <Button variant="default" onClick={onClose}>
            Back to editing
          </Button>
          <Button data-autofocus onClick={() => onMerge(merged(theirs.settings, yours, choice))}>
            Continue from revision {theirs.revision}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
