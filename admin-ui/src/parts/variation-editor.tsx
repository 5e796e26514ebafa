import { ActionIcon, Button, Textarea, TextInput } from '@mantine/core'
import type { Flag } from '@rampart/contract/admin'
import { type Failure, fieldError } from '../queries/failure.ts'
import { IconPlus, IconX } from './icons.ts'
import { keyOf, readValue, type VariationDraft, withOneMore } from './variation-draft.ts'
import styles from './variation-editor.module.css'

interface VariationEditorProps {
  readonly type: Flag['type']
  readonly drafts: readonly VariationDraft[]
  /** What the server said of them. */
  readonly failure: Failure | undefined
  readonly onChange: (drafts: readonly VariationDraft[]) => void
}

/** The values that a flag can give, each under a key that rules name. */
export function VariationEditor({ type, drafts, failure, onChange }: VariationEditorProps) {
  const change = (id: number, part: Partial<VariationDraft>) =>
    onChange(drafts.map((draft) => (draft.id === id ? { ...draft, ...part } : draft)))
  const Value = type === 'json' ? Textarea : TextInput
  return (
    <fieldset className={styles['editor']}>
      <legend>Variations</legend>
      <ul>
        {drafts.map((draft, at) => {
          const read = readValue(draft.text, type)
          const said = fieldError(failure, `/variations/${at}`)
          const unreadable = draft.text !== '' && !read.ok ? read.why : undefined
          return (
            <li key={draft.id} className={styles['row']}>
              <TextInput
                label={at === 0 ? 'Key' : undefined}
                aria-label={`Key of variation ${at + 1}`}
                placeholder={keyOf({ ...draft, key: '' }, at, type)}
                value={draft.key}
                onChange={({ currentTarget }) => change(draft.id, { key: currentTarget.value })}
                readOnly={draft.isKept}
                spellCheck={false}
                autoCapitalize="none"
              />
              <Value
                label={at === 0 ? 'Value' : undefined}
                aria-label={`Value of variation ${at + 1}`}
                value={draft.text}
                onChange={({ currentTarget }: { readonly currentTarget: { readonly value: string } }) =>
                  change(draft.id, { text: currentTarget.value })
                }
                error={said ?? unreadable}
                spellCheck={false}
                autoCapitalize="none"
                {...(type === 'json'
                  ? { autosize: true, minRows: 1, maxRows: 12, className: styles['json'] ?? '' }
                  : {})}
                {...(type === 'number' ? { inputMode: 'decimal' as const } : {})}
              />
              <ActionIcon
                color="gray"
                className={styles['remove'] ?? ''}
                aria-label={`Remove variation ${at + 1}`}
                disabled={drafts.length === 1}
                onClick={() => onChange(drafts.filter(({ id }) => id !== draft.id))}
              >
                <IconX size={16} stroke={1.8} />
              </ActionIcon>
            </li>
          )
        })}
      </ul>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<IconPlus size={14} />}
        onClick={() => onChange(withOneMore(drafts))}
      >
        Add a variation
      </Button>
    </fieldset>
  )
}
