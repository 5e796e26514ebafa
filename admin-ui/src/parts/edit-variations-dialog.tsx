import { Button, TextInput } from '@mantine/core'
import type { Flag } from '@rampart/contract/admin'
import { type FormEvent, useState } from 'react'
import { failureOf } from '../queries/failure.ts'
import { usePatchFlag } from '../queries/flags.ts'
import { useEnvironments } from '../queries/projects.ts'
import styles from './dialog.module.css'
import { Dialog } from './dialog.tsx'
import { editOf, isOfBoth } from './edit-of.ts'
import { FailureCard } from './failure-card.tsx'
import { alteredIn, draftsOf, variationsOf } from './variation-draft.ts'
import { VariationEditor } from './variation-editor.tsx'

interface EditVariationsDialogProps {
  readonly project: string
  readonly flag: Flag
  readonly onClose: () => void
}

/** Who is given a variation gets its new value at once, in every environment: where one is protected it is confirmed. */
export function EditVariationsDialog({ project, flag, onClose }: EditVariationsDialogProps) {
  const patch = usePatchFlag(project, flag.key)
  const environments = useEnvironments(project)
  /** As it was when the dialog opened: `flag` follows what others do, and the server refuses what would undo that. */
  const [opened] = useState(flag)
  const [drafts, setDrafts] = useState(() => draftsOf(opened))
  const [typed, setTyped] = useState('')
  const failure = patch.error === null ? undefined : failureOf(patch.error)
  const variations = variationsOf(drafts, opened.type)
  const altered = alteredIn(opened.variations, variations ?? opened.variations)
  const isTyped = altered.length > 0 && environments.some((environment) => environment.protected)
  const ready = variations !== undefined && (!isTyped || typed === flag.key)

  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!ready) return
    const edit = editOf<Pick<Flag, 'variations'>>(opened, { variations: [...variations] })
    if (edit.variations === undefined) return onClose()
    // What somebody else has changed meanwhile stays; where both changed the variations, the server refuses.
    patch.mutate(
      { edit, ifMatch: isOfBoth(edit, opened, flag) ? opened.version : flag.version },
      { onSuccess: onClose },
    )
  }

  return (
    <Dialog onClose={onClose} title={`Edit the variations of ${flag.key}`} size={640}>
      <form onSubmit={submit} className={styles['form']}>
        <VariationEditor type={opened.type} drafts={drafts} failure={failure} onChange={setDrafts} />
        {altered.length > 0 && (
          <p>
            Whoever gets {altered.join(', ')} gets the new value at once, in every environment. A variation that is
            served somewhere cannot be removed.
          </p>
        )}
        {isTyped && (
          <TextInput
            label={
              <>
                Type <code>{flag.key}</code> to confirm
              </>
            }
            value={typed}
            onChange={({ currentTarget }) => setTyped(currentTarget.value)}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
        )}
        {failure !== undefined && failure.fields.length === 0 && (
          <FailureCard what="The variations were not changed" error={patch.error} />
        )}
        <div className={styles['foot']}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={patch.isPending} disabled={!ready}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
