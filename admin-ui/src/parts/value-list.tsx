import { ActionIcon, Button, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { unquotedValues } from './condition-draft.ts'
import { IconX } from './icons.ts'
import { sayCount } from './percent.ts'
import { withPasted } from './segment-draft.ts'
import styles from './value-list.module.css'

interface ValueListProps {
  readonly title: string
  readonly values: readonly string[]
  readonly problem: string | undefined
  readonly onChange: (values: readonly string[]) => void
}

/** More are found by searching. */
const SHOWN = 30

/** A list of keys: pasted in by lines or commas, searched, taken out one by one. */
export function ValueList({ title, values, problem, onChange }: ValueListProps) {
  const [pasted, setPasted] = useState('')
  const [search, setSearch] = useState('')
  const fresh = unquotedValues(pasted)
  const found = search === '' ? values : values.filter((value) => value.includes(search))
  return (
    <div className={styles['list']}>
      <h3>
        {title} <span className={styles['count']}>{sayCount(values.length)}</span>
      </h3>
      {values.length > 8 && (
        <TextInput
          size="xs"
          type="search"
          aria-label={`Search in ${title}`}
          placeholder="Search"
          value={search}
          onChange={({ currentTarget }) => setSearch(currentTarget.value)}
        />
      )}
      <ul className={styles['values']}>
        {found.slice(0, SHOWN).map((value) => (
          <li key={value}>
            <span>{value}</span>
            <ActionIcon
              size="sm"
              color="gray"
              aria-label={`Remove ${value}`}
              onClick={() => onChange(values.filter((one) => one !== value))}
            >
              <IconX size={14} stroke={1.8} />
            </ActionIcon>
          </li>
        ))}
      </ul>
      {found.length > SHOWN && <p className={styles['count']}>and {sayCount(found.length - SHOWN)} more: search</p>}
      <Textarea
        size="xs"
        autosize
        minRows={1}
        maxRows={6}
        aria-label={`Add to ${title}`}
        placeholder="Paste keys, by commas or lines"
        value={pasted}
        error={problem}
        onChange={({ currentTarget }) => setPasted(currentTarget.value)}
        spellCheck={false}
      />
      {fresh.length > 0 && (
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => {
            onChange(withPasted(values, fresh))
            setPasted('')
          }}
        >
          Add {sayCount(fresh.length)}
        </Button>
      )}
    </div>
  )
}
