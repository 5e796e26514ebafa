import { Button, Select, Textarea, TextInput } from '@mantine/core'
import type { ToldToPages } from '@rampart/contract/admin'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { failureOf, fieldError } from '../queries/failure.ts'
import { type NewFlag, useCreateFlag } from '../queries/flags.ts'
import styles from './dialog.module.css'
import { Dialog } from './dialog.tsx'
import { FailureCard } from './failure-card.tsx'
import { keyFrom } from './key-from-name.ts'
import { PagesChoice } from './pages-choice.tsx'
import { emptyDrafts, variationsOf } from './variation-draft.ts'
import { VariationEditor } from './variation-editor.tsx'

interface CreateFlagDialogProps {
  readonly project: string
  /** A key somebody searched for and did not find; empty for none. */
  readonly suggestion: string
  readonly onClose: () => void
}

const TYPES = [
  { value: 'boolean', label: 'Boolean: on or off' },
  { value: 'string', label: 'String' },
  { value: 'number', label: 'Number' },
  { value: 'json', label: 'JSON: objects and lists' },
] as const

export function CreateFlagDialog({ project, suggestion, onClose }: CreateFlagDialogProps) {
  const navigate = useNavigate()
  const create = useCreateFlag(project)
  const [name, setName] = useState('')
  const [typedKey, setTypedKey] = useState<string | undefined>(suggestion === '' ? undefined : keyFrom(suggestion))
  const [type, setType] = useState<NewFlag['type']>('boolean')
  const [drafts, setDrafts] = useState(() => emptyDrafts(2))
  const [description, setDescription] = useState('')
  const [pages, setPages] = useState<ToldToPages>('nothing')
  const key = typedKey ?? keyFrom(name)
  const failure = create.error === null ? undefined : failureOf(create.error)
  const keyError = failure?.code === 'already_exists' ? failure.detail : fieldError(failure, '/key')
  const variations = type === 'boolean' ? [] : variationsOf(drafts, type)
  const shownAtField = keyError !== undefined || fieldError(failure, '/variations') !== undefined

  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (variations === undefined) return
    create.mutate(
      { key, name: name.trim(), description: description.trim(), type, variations: [...variations], pages },
      { onSuccess: (flag) => void navigate({ to: '/p/$project/flags/$flag', params: { project, flag: flag.key } }) },
    )
  }

  return (
    <Dialog onClose={onClose} title="New flag">
      <form onSubmit={submit} className={styles['form']}>
        <TextInput
          label="Name"
          placeholder="New checkout flow"
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          error={fieldError(failure, '/name')}
          data-autofocus
        />
        <TextInput
          label="Key"
          description="What your code asks for. It cannot be changed later."
          value={key}
          onChange={({ currentTarget }) => setTypedKey(currentTarget.value)}
          error={keyError}
          required
          spellCheck={false}
          autoCapitalize="none"
        />
        <Select
          label="Type"
          data={TYPES}
          value={type}
          onChange={(value) => setType(TYPES.find((known) => known.value === value)?.value ?? 'boolean')}
          allowDeselect={false}
        />
        {type !== 'boolean' && (
          <>
            <VariationEditor type={type} drafts={drafts} failure={failure} onChange={setDrafts} />
            <p className={styles['aside']}>The first one is served while the flag is off.</p>
          </>
        )}
        <Textarea
          label="Description"
          autosize
          minRows={2}
          maxRows={6}
          value={description}
          onChange={({ currentTarget }) => setDescription(currentTarget.value)}
          error={fieldError(failure, '/description')}
        />
        <PagesChoice value={pages} onChange={setPages} error={fieldError(failure, '/clientSide')} />
        {create.error !== null && !shownAtField && <FailureCard what="The flag was not created" error={create.error} />}
        <div className={styles['foot']}>
          <span className={styles['aside']}>Off in every environment until you switch it on.</span>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending} disabled={key === '' || variations === undefined}>
            Create flag
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
