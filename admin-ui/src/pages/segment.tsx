import { Button, Textarea, TextInput } from '@mantine/core'
import type { Segment } from '@rampart/contract/admin'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { Card, Quiet, Waiting } from '../parts/card.tsx'
import { CommandButton } from '../parts/command-button.tsx'
import { ConditionEditor } from '../parts/condition-editor.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { FailureCard } from '../parts/failure-card.tsx'
import { NotFound } from '../parts/not-found.tsx'
import { showDone } from '../parts/notices.tsx'
import { PageSkeleton } from '../parts/page-skeleton.tsx'
import { DeleteSegmentDialog, SaveSegmentDialog } from '../parts/segment-dialogs.tsx'
import { type SegmentDraft, segmentBodyOf, segmentChanges, segmentDraftOf } from '../parts/segment-draft.ts'
import { useTitle } from '../parts/use-title.ts'
import { ValueList } from '../parts/value-list.tsx'
import { failureOf, fieldError } from '../queries/failure.ts'
import {
  type Use,
  useDeleteSegment,
  usePutSegment,
  useSegment,
  useSegments,
  useSegmentUses,
  usesOf,
} from '../queries/segments.ts'
import { usePermission } from '../queries/session.ts'
import styles from './segment.module.css'

/** One segment: who is in it, and what uses it. */
export function SegmentPage() {
  const { project, segment: key } = useParams({ from: '/signed-in/p/$project/segments/$segment' })
  useTitle(`${key} · Segments`)
  const segment = useSegment(project, key)
  if (segment.data === undefined) {
    if (segment.error === null) return <PageSkeleton />
    if (failureOf(segment.error).code === 'not_found') return <NotFound />
    const retry = () => void segment.refetch()
    return <FailureCard heading="h1" what="The segment could not be loaded" error={segment.error} onRetry={retry} />
  }
  return <SegmentView key={key} project={project} segment={segment.data} />
}

interface SegmentViewProps {
  readonly project: string
  readonly segment: Segment
}

function SegmentView({ project, segment }: SegmentViewProps) {
  const navigate = useNavigate()
  const [base, setBase] = useState(segment)
  const [draft, setDraft] = useState<SegmentDraft>()
  const [dialog, setDialog] = useState<'save' | 'delete'>()
  const save = usePutSegment(project)
  const remove = useDeleteSegment(project)
  const maySave = usePermission('putSegment', { project })
  const mayRemove = usePermission('deleteSegment', { project })
  const segments = useSegments(project).data ?? []
  const rules = useSegmentUses(project)
  const uses = rules.data === undefined ? undefined : usesOf(rules.data, segments, segment.key)
  const shown = draft ?? segmentDraftOf(segment)
  const pointers = new Map<string, string>()
  const body = segmentBodyOf(shown, (id, pointer) => pointers.set(id, pointer))
  const changes = draft === undefined ? [] : segmentChanges(segment, body)
  const failure = save.error === null ? undefined : failureOf(save.error)
  const at = (pointer: string | undefined) => (pointer === undefined ? undefined : fieldError(failure, pointer))
  const edit = (part: Partial<SegmentDraft>) => {
    if (draft === undefined) setBase(segment)
    setDraft({ ...shown, ...part })
  }
  const close = () => {
    save.reset()
    remove.reset()
    setDialog(undefined)
  }
  const used = uses !== undefined && uses.length > 0
  const deletable = used ? ({ ok: false, why: 'It is in use: see below what uses it.' } as const) : mayRemove

  return (
    <div className={styles['page']}>
      <header className={styles['head']}>
        <p className={styles['trail']}>
          <Link to="/p/$project/segments" params={{ project }}>
            Segments
          </Link>
        </p>
        <div className={styles['title']}>
          <h1>{segment.key}</h1>
          <CopyButton text={segment.key} what="key" />
          <CommandButton permission={deletable} danger size="xs" onClick={() => setDialog('delete')}>
            Delete…
          </CommandButton>
        </div>
      </header>
      <Card title="Who is in it">
        <div className={styles['form']}>
          <div className={styles['pair']}>
            <TextInput
              label="Name"
              value={shown.name}
              onChange={({ currentTarget }) => edit({ name: currentTarget.value })}
              error={at('/name')}
            />
            <Textarea
              label="Description"
              autosize
              minRows={1}
              maxRows={6}
              value={shown.description}
              onChange={({ currentTarget }) => edit({ description: currentTarget.value })}
              error={at('/description')}
            />
          </div>
          <h3>Whoever fits the condition</h3>
          {shown.when.parts.length === 0 && <Quiet>There is no condition: only the lists below decide.</Quiet>}
          <ConditionEditor
            group={shown.when}
            empty=""
            segments={segments.map(({ key }) => key).filter((key) => key !== segment.key)}
            problemAt={(id) => at(pointers.get(id))}
            onChange={(when) => edit({ when })}
          />
          <div className={styles['pair']}>
            <ValueList
              title="Always in"
              values={shown.included}
              problem={at('/included')}
              onChange={(included) => edit({ included })}
            />
            <ValueList
              title="Never in"
              values={shown.excluded}
              problem={at('/excluded')}
              onChange={(excluded) => edit({ excluded })}
            />
          </div>
          <TextInput
            className={styles['by'] ?? ''}
            label="The lists hold values of"
            value={shown.by}
            onChange={({ currentTarget }) => edit({ by: currentTarget.value })}
            error={at('/by')}
            spellCheck={false}
          />
          {draft !== undefined && segment.version !== base.version && (
            <p className={styles['moved']} role="status">
              Version {segment.version} was saved while you edited {base.version}. The review shows what saving yours
              would change in it.
            </p>
          )}
          {failure !== undefined && dialog === undefined && failure.fields.length > 0 && (
            <p className={styles['problem']} role="alert">
              {failure.detail}
            </p>
          )}
          <div className={styles['foot']}>
            <Quiet>{changes.length === 1 ? '1 change' : `${changes.length} changes`}</Quiet>
            {draft !== undefined && (
              <Button
                variant="default"
                size="xs"
                onClick={() => {
                  setDraft(undefined)
                  save.reset()
                }}
              >
                Discard
              </Button>
            )}
            <CommandButton
              size="xs"
              permission={maySave.ok && changes.length === 0 ? { ok: false, why: 'Nothing was changed yet.' } : maySave}
              onClick={() => setDialog('save')}
            >
              Review and save…
            </CommandButton>
          </div>
        </div>
      </Card>
      <Card flush={used} title="Used by">
        {uses === undefined ? (
          rules.error === null ? (
            <Waiting />
          ) : (
            <FailureCard what="The uses could not be loaded" error={rules.error} onRetry={() => void rules.refetch()} />
          )
        ) : used ? (
          <UseList project={project} uses={uses} />
        ) : (
          <Quiet>No rule and no other segment names it.</Quiet>
        )}
      </Card>
      {dialog === 'save' && (
        <SaveSegmentDialog
          project={project}
          segment={segment.key}
          changes={changes}
          uses={uses ?? []}
          command={save}
          onConfirm={() =>
            save.mutate(
              { key: segment.key, body, ifMatch: segment.version },
              {
                onSuccess: () => {
                  showDone(`Segment ${segment.key} is saved`)
                  setDraft(undefined)
                  close()
                },
                // the fields have the words now
                onError: (error) => {
                  if (failureOf(error).fields.length > 0) setDialog(undefined)
                },
              },
            )
          }
          onClose={close}
        />
      )}
      {dialog === 'delete' && (
        <DeleteSegmentDialog
          segment={segment.key}
          command={remove}
          onConfirm={() =>
            remove.mutate(segment, {
              onSuccess: () => {
                showDone(`Segment ${segment.key} is deleted`)
                void navigate({ to: '/p/$project/segments', params: { project } })
              },
            })
          }
          onClose={close}
        />
      )}
    </div>
  )
}

function UseList({ project, uses }: { readonly project: string; readonly uses: readonly Use[] }) {
  return (
    <ul>
      {uses.map((use) =>
        use.kind === 'segment' ? (
          <li key={`s ${use.segment}`} className={styles['use']}>
            <Link to="/p/$project/segments/$segment" params={{ project, segment: use.segment }}>
              segment {use.segment}
            </Link>
          </li>
        ) : (
          <li key={`${use.flag} ${use.environment} ${use.rule}`} className={styles['use']}>
            <Link
              to="/p/$project/flags/$flag/$environment"
              params={{ project, flag: use.flag, environment: use.environment }}
            >
              {use.flag}
            </Link>
            <span>
              in {use.environment}, rule “{use.rule}”
            </span>
          </li>
        ),
      )}
    </ul>
  )
}
