import { Button, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { FailureCard } from '../parts/failure-card.tsx'
import { keyFrom } from '../parts/key-from-name.ts'
import { Logo } from '../parts/logo.tsx'
import { useTitle } from '../parts/use-title.ts'
import { useCreateProject } from '../queries/projects.ts'
import { usePermission } from '../queries/session.ts'
import styles from './first-project.module.css'

/** The first page of a bare installation: nothing can be done before there is a project. */
export function FirstProjectPage() {
  useTitle('First project')
  const navigate = useNavigate()
  const permission = usePermission('createProject', {})
  const create = useCreateProject()
  const [name, setName] = useState('')
  const [typedKey, setTypedKey] = useState<string>()
  const key = typedKey ?? keyFrom(name)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    create.mutate(
      { key, name: name.trim() },
      { onSuccess: (project) => void navigate({ to: '/p/$project/flags', params: { project } }) },
    )
  }
  return (
    <main className={styles['page']}>
      <div className={styles['card']}>
        <Logo size={40} />
        <h1>Create the first project</h1>
        <p>
          A project holds the flags of one product. It begins with three environments: development, staging, and a
          production that asks before it changes.
        </p>
        {permission.ok ? (
          <form onSubmit={submit} className={styles['form']}>
            <TextInput
              label="Name"
              placeholder="Web shop"
              value={name}
              onChange={({ currentTarget }) => setName(currentTarget.value)}
              autoFocus
            />
            <TextInput
              label="Key"
              description="Stands in addresses and in the command line. It cannot be changed."
              value={key}
              onChange={({ currentTarget }) => setTypedKey(currentTarget.value)}
              required
              spellCheck={false}
            />
            {create.error !== null && <FailureCard what="The project was not created" error={create.error} />}
            <Button type="submit" loading={create.isPending} disabled={key === ''}>
              Create project
            </Button>
          </form>
        ) : (
          <p className={styles['note']}>{permission.why} Ask somebody who administers this installation.</p>
        )}
      </div>
    </main>
  )
}
