import { Button, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { failureOf, fieldError } from '../queries/failure.ts'
import { usePutSegment } from '../queries/segments.ts'
import styles from './dialog.module.css'
import { Dialog } from './dialog.tsx'
import { FailureCard } from './failure-card.tsx'
import { keyFrom } from './key-from-name.ts'

/** A segment without anybody in it, to be filled on its page. */
export function CreateSegmentDialog({ project, onClose }: { readonly project: string; readonly onClose: () => void }) {
  const navigate = useNavigate()
  const create = usePutSegment(project)
  const [name, setName] = useState('')
  const [typedKey, setTypedKey] = useState<string>()
  const key = typedKey ?? keyFrom(name)
  const failure = create.error === null ? undefined : failureOf(create.error)
  const taken = failure?.code === 'revision_mismatch' ? `There is a segment ${key} already.` : undefined
  const submit = (event: FormEvent) => {
    event.preventDefault()
    create.mutate(
      { key, body: { name: name.trim(), when: null }, ifMatch: 0 },
      { onSuccess: () => void navigate({ to: '/p/$project/segments/$segment', params: { project, segment: key } }) },
    )
  }
  return (
    <Dialog onClose={onClose} title="New segment">
      <form onSubmit={submit} className={styles['form']}>
        <TextInput
          label="Name"
          placeholder="Beta testers"
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          error={fieldError(failure, '/name')}
          data-autofocus
        />
        <TextInput
          label="Key"
          description="Rules name it. It cannot be changed later."
          value={key}
          onChange={({ currentTarget }) => setTypedKey(currentTarget.value)}
          error={taken ?? fieldError(failure, '/key')}
          autoCapitalize="none"
          spellCheck={false}
          required
        />
        {failure !== undefined && taken === undefined && failure.fields.length === 0 && (
          <FailureCard what="The segment was not created" error={create.error} />
        )}
        <div className={styles['foot']}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending} disabled={key === ''}>
            Create segment
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
