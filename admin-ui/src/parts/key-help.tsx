import { Switch } from '@mantine/core'
import { useState } from 'react'
import { Dialog } from './dialog.tsx'
import styles from './key-help.module.css'
import { letterKeysAreOn, rememberLetterKeys } from './remembered.ts'

const KEYS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['/'], 'Search flags'],
  [['g', 'f'], 'Go to flags'],
  [['g', 'r'], 'Go to ramps'],
  [['g', 's'], 'Go to segments'],
  [['g', 'a'], 'Go to activity'],
  [['[', ']'], 'Previous and next environment of a flag'],
  [['?'], 'This help'],
  [['Esc'], 'Close the topmost dialog'],
]

export function KeyHelp({ onClose }: { readonly onClose: () => void }) {
  const [on, setOn] = useState(letterKeysAreOn)
  return (
    <Dialog onClose={onClose} title="Keyboard" size={420}>
      <dl className={styles['keys']}>
        {KEYS.map(([keys, what]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <Switch
        label="Single-letter keys"
        checked={on}
        onChange={({ currentTarget }) => {
          rememberLetterKeys(currentTarget.checked)
          setOn(currentTarget.checked)
        }}
      />
    </Dialog>
  )
}
