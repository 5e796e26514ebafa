import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { type Flag, marksFor, whatPagesAreTold } from '@rampart/contract/admin'
import { type FormEvent, useState } from 'react'
import { failureOf, fieldError } from '../queries/failure.ts'
import { type FlagFacts, usePatchFlag } from '../queries/flags.ts'
import { commaList } from './comma-list.ts'
import styles from './dialog.module.css'
import { Dialog } from './dialog.tsx'
import { editOf, isOfBoth } from './edit-of.ts'
import { FailureCard } from './failure-card.tsx'
import { PagesChoice } from './pages-choice.tsx'

interface EditFlagDialogProps {
  readonly project: string
  readonly flag: Flag
  readonly onClose: () => void
}

const KINDS = [
  { value: 'release', label: 'Release: until the new code is everywhere' },
  { value: 'experiment', label: 'Experiment: until it is decided' },
  { value: 'operational', label: 'Operational: a switch to keep' },
  { value: 'permanent', label: 'Permanent: a setting' },
] as const

/** What is the same in every environment: words for people, and what browsers are told. */
export function EditFlagDialog({ project, flag, onClose }: EditFlagDialogProps) {
  const patch = usePatchFlag(project, flag.key)
  /** As it was when the dialog opened: `flag` follows what others do. */
  const [opened] = useState(flag)
  const [name, setName] = useState(opened.name)
  const [description, setDescription] = useState(opened.description)
  const [kind, setKind] = useState(opened.kind)
  const [owner, setOwner] = useState(opened.owner ?? '')
  const [tags, setTags] = useState(opened.tags.join(', '))
  const [pages, setPages] = useState(whatPagesAreTold(opened))
  const failure = patch.error === null ? undefined : failureOf(patch.error)

  const submit = (event: FormEvent) => {
    event.preventDefault()
    const edit = editOf<FlagFacts>(opened, {
      name: name.trim(),
      description: description.trim(),
      kind,
      owner: owner.trim() === '' ? null : owner.trim(),
      tags: [...commaList(tags)],
      ...marksFor(pages),
    })
    if (Object.keys(edit).length === 0) return onClose()
    // What somebody else has changed meanwhile stays; where both changed the same, the server refuses.
    patch.mutate(
      { edit, ifMatch: isOfBoth<FlagFacts>(edit, opened, flag) ? opened.version : flag.version },
      { onSuccess: onClose },
    )
  }

  return (
    <Dialog onClose={onClose} title={`Edit ${flag.key}`}>
      <form onSubmit={submit} className={styles['form']}>
        <TextInput
          label="Name"
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          error={fieldError(failure, '/name')}
          data-autofocus
        />
        <Textarea
          label="Description"
          autosize
          minRows={2}
          maxRows={6}
          value={description}
          onChange={({ currentTarget }) => setDescription(currentTarget.value)}
          error={fieldError(failure, '/description')}
        />
        <NativeSelect
          label="Kind"
          data={KINDS}
          value={kind}
          onChange={({ currentTarget: { value } }) => setKind(KINDS.find((one) => one.value === value)?.value ?? kind)}
          error={fieldError(failure, '/kind')}
        />
        <TextInput
          label="Owner"
          description="Who answers for it: a person or a team."
          value={owner}
          onChange={({ currentTarget }) => setOwner(currentTarget.value)}
          error={fieldError(failure, '/owner')}
        />
        <TextInput
          label="Tags"
          description="Separated by commas."
          value={tags}
          onChange={({ currentTarget }) => setTags(currentTarget.value)}
          error={fieldError(failure, '/tags')}
          autoCapitalize="none"
        />
        <PagesChoice
          value={pages}
          onChange={setPages}
          error={fieldError(failure, '/clientSide') ?? fieldError(failure, '/remoteOnly')}
        />
        {failure !== undefined && failure.fields.length === 0 && (
          <FailureCard what="The flag was not changed" error={patch.error} />
        )}
        <div className={styles['foot']}>
          <span className={styles['aside']}>In every environment.</span>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={patch.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
