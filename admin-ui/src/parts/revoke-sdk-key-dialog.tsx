import { Button, TextInput } from '@mantine/core'
import type { Environment, SdkKey } from '@rampart/contract/admin'
import { type FormEvent, useState } from 'react'
import { useRevokeSdkKey } from '../queries/sdk-keys.ts'
import styles from './dialog.module.css'
import { Dialog } from './dialog.tsx'
import { EnvironmentName } from './environment-mark.tsx'
import { FailureCard } from './failure-card.tsx'
import { Ago } from './moment.tsx'
import { isInUse } from './sdk-key-use.ts'
import { useNow } from './use-now.ts'

interface RevokeSdkKeyDialogProps {
  readonly project: string
  readonly environment: Environment
  readonly sdkKey: SdkKey
  readonly onClose: () => void
}

/** Asks for the name of a key that somebody still uses. */
export function RevokeSdkKeyDialog({ project, environment, sdkKey, onClose }: RevokeSdkKeyDialogProps) {
  const revoke = useRevokeSdkKey(project)
  const [typed, setTyped] = useState('')
  const inUse = isInUse(sdkKey, useNow(60_000))
  const ready = !inUse || typed === sdkKey.name
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (ready) revoke.mutate(sdkKey, { onSuccess: onClose })
  }
  return (
    <Dialog onClose={onClose} title={`Revoke ${sdkKey.name}?`}>
      <form onSubmit={submit} className={styles['form']}>
        <p className={styles['where']}>
          A {sdkKey.kind} key of <EnvironmentName environment={environment} />
        </p>
        <p>
          It is refused at once and its streams end. Applications that have it go on answering from what they hold: no
          change reaches them any more, no kill either.
        </p>
        {inUse && sdkKey.lastUsedAt !== null && (
          <>
            <p>
              It was used <Ago at={sdkKey.lastUsedAt} />. Give its applications another one first.
            </p>
            <TextInput
              label={
                <>
                  Type <code>{sdkKey.name}</code> to confirm
                </>
              }
              value={typed}
              onChange={({ currentTarget }) => setTyped(currentTarget.value)}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              data-autofocus
            />
          </>
        )}
        {revoke.error !== null && <FailureCard what="It may not have been revoked" error={revoke.error} />}
        <div className={styles['foot']}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" color="red" loading={revoke.isPending} disabled={!ready}>
            Revoke the key
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
