import { Button, NativeSelect, Switch, TextInput } from '@mantine/core'
import type { Environment } from '@rampart/contract/admin'
import { type FormEvent, useState } from 'react'
import { failureOf, fieldError } from '../queries/failure.ts'
import { useCreateEnvironment } from '../queries/projects.ts'
import styles from './dialog.module.css'
import { Dialog } from './dialog.tsx'
import { FailureCard } from './failure-card.tsx'
import choices from './pages-choice.module.css'

const CLASSES = [
  { value: 'development', label: 'Development' },
  { value: 'staging', label: 'Staging' },
  { value: 'production', label: 'Production' },
] as const satisfies readonly { readonly value: Environment['class']; readonly label: string }[]

export function CreateEnvironmentDialog({
  project,
  onClose,
}: {
  readonly project: string
  readonly onClose: () => void
}) {
  const create = useCreateEnvironment(project)
  const [key, setKey] = useState('')
  const [kind, setKind] = useState<Environment['class']>('development')
  /** Undefined until it is touched: production is protected unless somebody says otherwise. */
  const [chosen, setChosen] = useState<boolean>()
  const isProtected = chosen ?? kind === 'production'
  const failure = create.error === null ? undefined : failureOf(create.error)
  const keyError = failure?.code === 'already_exists' ? failure.detail : fieldError(failure, '/key')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    create.mutate({ key: key.trim(), class: kind, protected: isProtected }, { onSuccess: onClose })
  }
  return (
    <Dialog onClose={onClose} title="New environment">
      <form onSubmit={submit} className={styles['form']}>
        <TextInput
          label="Key"
          description="Stands in addresses and in the command line. It cannot be changed."
          placeholder="qa"
          value={key}
          onChange={({ currentTarget }) => setKey(currentTarget.value)}
          error={keyError}
          required
          spellCheck={false}
          autoCapitalize="none"
          data-autofocus
        />
        <NativeSelect
          label="Class"
          data={CLASSES}
          value={kind}
          onChange={({ currentTarget: { value } }) =>
            setKind(CLASSES.find((one) => one.value === value)?.value ?? kind)
          }
        />
        <Switch
          label="Protected"
          description="Changes that give something to more people are confirmed, and have to name the environment."
          classNames={{ description: choices['description'] ?? '' }}
          checked={isProtected}
          onChange={({ currentTarget }) => setChosen(currentTarget.checked)}
        />
        {create.error !== null && keyError === undefined && (
          <FailureCard what="The environment was not created" error={create.error} />
        )}
        <div className={styles['foot']}>
          <span className={styles['aside']}>Every flag is off there until you switch it on.</span>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending} disabled={key.trim() === ''}>
            Create environment
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
