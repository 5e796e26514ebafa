import { Button, Switch, Textarea } from '@mantine/core'
import type { Environment } from '@rampart/contract/admin'
import { type FormEvent, useState } from 'react'
import { failureOf, fieldError } from '../queries/failure.ts'
import { type EnvironmentSettings, usePatchEnvironment } from '../queries/projects.ts'
import { unquotedValues } from './condition-draft.ts'
import styles from './dialog.module.css'
import { Dialog } from './dialog.tsx'
import { editOf } from './edit-of.ts'
import { FailureCard } from './failure-card.tsx'
import choices from './pages-choice.module.css'

interface EditEnvironmentDialogProps {
  readonly project: string
  readonly environment: Environment
  readonly onClose: () => void
}

/** What an environment protects, and what it tells browsers. */
export function EditEnvironmentDialog({ project, environment, onClose }: EditEnvironmentDialogProps) {
  const patch = usePatchEnvironment(project, environment.key)
  /** As it was when the dialog opened: what somebody else changes meanwhile stays, unless it is changed here too. */
  const [opened] = useState(environment)
  const [isProtected, setProtected] = useState(opened.protected)
  const [origins, setOrigins] = useState(opened.origins.join('\n'))
  const [attributes, setAttributes] = useState(opened.privateAttributes.join('\n'))
  const failure = patch.error === null ? undefined : failureOf(patch.error)
  const originsError = fieldError(failure, '/origins')
  const attributesError = fieldError(failure, '/privateAttributes')

  const submit = (event: FormEvent) => {
    event.preventDefault()
    const edit = editOf<EnvironmentSettings>(opened, {
      protected: isProtected,
      origins: [...unquotedValues(origins)],
      privateAttributes: [...unquotedValues(attributes)],
    })
    if (Object.keys(edit).length === 0) return onClose()
    patch.mutate(edit, { onSuccess: onClose })
  }

  return (
    <Dialog onClose={onClose} title={`Edit ${environment.key}`}>
      <form onSubmit={submit} className={styles['form']}>
        <Switch
          label="Protected"
          description="Changes that give something to more people are confirmed, and have to name the environment."
          classNames={{ description: choices['description'] ?? '' }}
          checked={isProtected}
          onChange={({ currentTarget }) => setProtected(currentTarget.checked)}
        />
        <Textarea
          label="Pages that may use its client keys"
          description="Origins, a line each. None: pages of every origin. It keeps other sites’ pages away, not programs."
          placeholder="https://shop.example"
          autosize
          minRows={2}
          maxRows={8}
          value={origins}
          onChange={({ currentTarget }) => setOrigins(currentTarget.value)}
          error={originsError}
          spellCheck={false}
          autoCapitalize="none"
        />
        <Textarea
          label="Private attributes"
          description="Attributes of a context, a line each. Browsers are told no value that a rule compares them with, only hashes."
          placeholder="email"
          autosize
          minRows={2}
          maxRows={8}
          value={attributes}
          onChange={({ currentTarget }) => setAttributes(currentTarget.value)}
          error={attributesError}
          spellCheck={false}
          autoCapitalize="none"
        />
        {failure !== undefined && failure.fields.length === 0 && (
          <FailureCard what="Nothing was changed" error={patch.error} />
        )}
        <div className={styles['foot']}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={patch.isPending}>
            Save in {environment.key}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
