import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { CommandButton } from '../parts/command-button.tsx'
import { CreateFlagDialog } from '../parts/create-flag-dialog.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { FailureCard } from '../parts/failure-card.tsx'
import { FlagTable, FlagTableSkeleton } from '../parts/flag-table.tsx'
import { IconPlus, IconSearch } from '../parts/icons.ts'
import { useLetterKeys } from '../parts/use-letter-keys.ts'
import { useTitle } from '../parts/use-title.ts'
import { useFlags } from '../queries/flags.ts'
import { useEnvironments } from '../queries/projects.ts'
import { usePermission } from '../queries/session.ts'
import styles from './flags.module.css'

/** Every flag of the project with its state in each environment. */
export function FlagsPage() {
  useTitle('Flags')
  const { project } = useParams({ from: '/signed-in/p/$project/flags' })
  const { q = '', archived } = useSearch({ from: '/signed-in/p/$project/flags' })
  const which = archived === undefined ? 'in use' : 'archived'
  const navigate = useNavigate({ from: '/p/$project/flags' })
  const environments = useEnvironments(project)
  const permission = usePermission('createFlag', { project })
  const flags = useFlags(project, q, which)
  const [creating, setCreating] = useState<string>()
  const search = useSearchBox(q)
  const show = (archive: boolean) =>
    void navigate({ search: { ...(q === '' ? {} : { q }), ...(archive ? { archived: 'true' } : {}) }, replace: true })
  const items = flags.data?.pages.flatMap((page) => page.items)
  const create = (
    <CommandButton permission={permission} leftSection={<IconPlus size={16} />} onClick={() => setCreating('')}>
      New flag
    </CommandButton>
  )

  return (
    <>
      <div className={styles['head']}>
        <h1>Flags</h1>
        <TextInput
          ref={search.ref}
          className={styles['search'] ?? ''}
          type="search"
          aria-label="Search flags"
          placeholder="Search key, name or tag"
          leftSection={<IconSearch size={16} stroke={1.8} aria-hidden />}
          rightSection={search.text === '' ? <kbd className={styles['key']}>/</kbd> : undefined}
          value={search.text}
          onChange={({ currentTarget }) => search.change(currentTarget.value)}
        />
        <NativeSelect
          aria-label="Which flags"
          data={[
            { value: 'in use', label: 'In use' },
            { value: 'archived', label: 'Archived' },
          ]}
          value={which}
          onChange={({ currentTarget }) => show(currentTarget.value === 'archived')}
        />
        {create}
      </div>
      {items === undefined && flags.error !== null && (
        <FailureCard what="The flags could not be loaded" error={flags.error} onRetry={() => void flags.refetch()} />
      )}
      {items === undefined && flags.isPending && <FlagTableSkeleton environments={environments} />}
      {items !== undefined && items.length > 0 && (
        <FlagTable project={project} environments={environments} flags={items} dimmed={flags.isPlaceholderData} />
      )}
      {items?.length === 0 && q === '' && which === 'archived' && (
        <EmptyState title="No flag is archived">
          A flag that is no longer needed is archived on its page. Code that still asks for it keeps getting what it
          got.
        </EmptyState>
      )}
      {items?.length === 0 && q === '' && which === 'in use' && (
        <EmptyState title="No flags yet" action={create}>
          A flag decides in your application who gets a new code path: nobody, a share of users, or everybody. It is off
          in every environment until you switch it on.
        </EmptyState>
      )}
      {items?.length === 0 && q !== '' && (
        <EmptyState
          title={which === 'archived' ? `No archived flag matches “${q}”` : `No flag matches “${q}”`}
          action={
            <div className={styles['actions']}>
              <Button variant="default" onClick={() => search.change('')}>
                Clear the search
              </Button>
              {permission.ok && (
                <Button variant="default" onClick={() => setCreating(q)}>
                  Create “{q}”
                </Button>
              )}
            </div>
          }
        >
          Keys, names and tags were searched.
        </EmptyState>
      )}
      {flags.hasNextPage && (
        <Button variant="default" loading={flags.isFetchingNextPage} onClick={() => void flags.fetchNextPage()}>
          Load 100 more
        </Button>
      )}
      {creating !== undefined && (
        <CreateFlagDialog project={project} suggestion={creating} onClose={() => setCreating(undefined)} />
      )}
    </>
  )
}

/** What is typed is in the address a moment later, so that a search can be shared and survives going back. */
function useSearchBox(q: string) {
  const navigate = useNavigate({ from: '/p/$project/flags' })
  const ref = useRef<HTMLInputElement>(null)
  const [text, setText] = useState(q)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useLetterKeys({ '/': () => ref.current?.select() })
  useEffect(() => {
    // the address changed by itself: back, forward, or a link
    if (timer.current === undefined) setText(q)
  }, [q])
  useEffect(() => () => clearTimeout(timer.current), [])
  const change = (value: string) => {
    setText(value)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      timer.current = undefined
      const words = value.trim()
      void navigate({
        search: ({ archived }) => ({
          ...(words === '' ? {} : { q: words }),
          ...(archived === undefined ? {} : { archived }),
        }),
        replace: true,
      })
    }, 180)
  }
  return { ref, text, change }
}
