import { ActionIcon, Button, Switch, TextInput, Tooltip } from '@mantine/core'
import type { ConfigSettings, Environment, Flag, FlagConfig } from '@rampart/contract/admin'
import { EVERYONE_ELSE } from '@rampart/core'
import { useState } from 'react'
import { failureOf, fieldError } from '../queries/failure.ts'
import { type ConfigPlace, usePutConfig } from '../queries/flags.ts'
import { useSegments } from '../queries/segments.ts'
import { draftOf } from './condition-draft.ts'
import { ConditionEditor } from './condition-editor.tsx'
import { ConflictSheet } from './conflict-sheet.tsx'
import { IconChevronDown, IconChevronUp, IconPlus, IconX } from './icons.ts'
import { keepDraft, keptDraft } from './kept-draft.ts'
import { showDone } from './notices.tsx'
import styles from './rule-editor.module.css'
import {
  isWhole,
  type KeptDraft,
  movedBy,
  newRuleId,
  type RuleDraft,
  type RulesDraft,
  rulesDraftOf,
  settingsOf,
  withRules,
} from './rules-draft.ts'
import { serveDraftOf } from './serve-draft.ts'
import { ServeEditor } from './serve-editor.tsx'
import { SettingsDialog } from './settings-dialog.tsx'
import { changesBetween } from './settings-fields.ts'

interface RuleEditorProps {
  readonly place: ConfigPlace
  readonly flag: Pick<Flag, 'variations'>
  readonly environment: Environment
  readonly config: FlagConfig
  readonly onClose: () => void
}

/** The rules of a flag and what everyone else gets, to be written. Nothing is saved before it was reviewed. */
export function RuleEditor({ place, flag, environment, config, onClose }: RuleEditorProps) {
  const variations = flag.variations.map(({ key }) => key)
  const [kept, setKept] = useState<KeptDraft>(() => keptDraft(place) ?? fresh(config, variations))
  const [sheet, setSheet] = useState<'review' | 'conflict'>()
  const segments = (useSegments(place.project).data ?? []).map(({ key }) => key)
  const save = usePutConfig(place)
  const { base, draft } = kept
  const pointers = new Map<string, string>()
  const yours = withRules(base, draft, (id, pointer) => pointers.set(id, pointer))
  const changes = changesBetween(base, yours)
  const moved = config.revision !== kept.revision
  const failure = save.error === null ? undefined : failureOf(save.error)
  const said = (pointer: string | undefined) => (pointer === undefined ? undefined : fieldError(failure, pointer))
  const lock = config.heldBy !== null && 'ramp' in config.heldBy ? config.heldBy.rule : undefined

  const keep = (next: KeptDraft) => {
    setKept(next)
    keepDraft(place, next)
  }
  const edit = (next: Partial<RulesDraft>) => keep({ ...kept, draft: { ...draft, ...next } })
  const editRule = (rule: RuleDraft) => edit({ rules: draft.rules.map((one) => (one.id === rule.id ? rule : one)) })
  const leave = () => {
    keepDraft(place, undefined)
    onClose()
  }
  const rebase = (settings: ConfigSettings) => {
    const next = { revision: config.revision, base: settingsOf(config), draft: rulesDraftOf(settings, variations) }
    keep(next)
    save.reset()
    setSheet('review')
  }
  const send = () =>
    save.mutate(
      { settings: yours, ifMatch: kept.revision },
      {
        onSuccess: ({ item }) => {
          showDone(`Revision ${item.revision} of ${place.flag} is saved in ${place.environment}`)
          leave()
        },
        // the fields have the words now
        onError: (error) => {
          if (failureOf(error).fields.length > 0) setSheet(undefined)
        },
      },
    )

  return (
    <div className={styles['editor']}>
      <ol className={styles['rules']}>
        {draft.rules.map((rule, i) => (
          <li key={rule.id} className={styles['rule']}>
            <RuleHead
              rule={rule}
              place={i}
              last={draft.rules.length - 1}
              locked={lock === rule.id}
              onChange={editRule}
              onMove={(by) => edit({ rules: movedBy(draft.rules, i, by) })}
              onRemove={() => edit({ rules: draft.rules.filter(({ id }) => id !== rule.id) })}
            />
            <ConditionEditor
              group={rule.when}
              segments={segments}
              problemAt={(id) => said(pointers.get(id))}
              onChange={(when) => editRule({ ...rule, when })}
            />
            {lock === rule.id ? (
              <p className={styles['held']}>What this rule serves is held by the ramp.</p>
            ) : (
              <ServeEditor
                serve={rule.serve}
                variations={variations}
                problem={said(`/rules/${i}/serve`)}
                onChange={(serve) => editRule({ ...rule, serve })}
              />
            )}
          </li>
        ))}
      </ol>
      <Button
        className={styles['add'] ?? ''}
        variant="default"
        size="xs"
        leftSection={<IconPlus size={15} />}
        onClick={() => edit({ rules: [...draft.rules, newRule(draft.rules, variations, base.off)] })}
      >
        Add a rule
      </Button>
      <section className={styles['rule']} aria-label="Everyone else">
        <h3>{draft.rules.length === 0 ? 'Everyone' : 'Everyone else'}</h3>
        {lock === EVERYONE_ELSE ? (
          <p className={styles['held']}>The share is held by the ramp.</p>
        ) : (
          <ServeEditor
            serve={draft.everyoneElse}
            variations={variations}
            problem={said('/everyoneElse')}
            onChange={(everyoneElse) => edit({ everyoneElse })}
          />
        )}
      </section>
      {moved && (
        <p className={styles['moved']} role="status">
          Revision {config.revision} was saved while you edited {kept.revision}. Nothing that you typed is lost.
        </p>
      )}
      {failure !== undefined && failure.fields.length > 0 && (
        <p className={styles['problem']} role="alert">
          {failure.detail}
        </p>
      )}
      <div className={styles['foot']}>
        <span className={styles['count']}>{changes.length === 1 ? '1 change' : `${changes.length} changes`}</span>
        <Button variant="default" size="xs" onClick={leave}>
          {changes.length === 0 ? 'Close' : 'Discard'}
        </Button>
        <Button
          size="xs"
          disabled={changes.length === 0 || !isWhole(draft)}
          onClick={() => setSheet(moved ? 'conflict' : 'review')}
        >
          Review and save…
        </Button>
      </div>
      {sheet === 'review' && !moved && (
        <SettingsDialog
          title={`Save ${place.flag}`}
          action="Save"
          environment={environment}
          before={base}
          after={yours}
          command={save}
          onConfirm={send}
          onClose={() => {
            save.reset()
            setSheet(undefined)
          }}
        />
      )}
      {sheet !== undefined && moved && (
        <ConflictSheet
          base={{ revision: kept.revision, settings: base }}
          theirs={{ revision: config.revision, settings: settingsOf(config) }}
          yours={yours}
          onMerge={rebase}
          onClose={() => setSheet(undefined)}
        />
      )}
    </div>
  )
}

function fresh(config: FlagConfig, variations: readonly string[]): KeptDraft {
  const base = settingsOf(config)
  return { revision: config.revision, base, draft: rulesDraftOf(base, variations) }
}

function newRule(rules: readonly RuleDraft[], variations: readonly string[], off: string): RuleDraft {
  const id = newRuleId(rules.map((rule) => rule.id))
  const when = draftOf({ all: [{ attribute: '', operator: 'is one of', operand: [] }] }, id)
  const variation = variations.find((key) => key !== off) ?? off
  return { id, name: '', paused: false, when, serve: serveDraftOf({ variation }, variations) }
}

interface RuleHeadProps {
  readonly rule: RuleDraft
  readonly place: number
  readonly last: number
  readonly locked: boolean
  readonly onChange: (rule: RuleDraft) => void
  readonly onMove: (by: -1 | 1) => void
  readonly onRemove: () => void
}

function RuleHead({ rule, place, last, locked, onChange, onMove, onRemove }: RuleHeadProps) {
  const called = rule.name === '' ? `rule ${place + 1}` : rule.name
  const act = (label: string, Icon: typeof IconX, disabled: boolean, onClick: () => void) => (
    <Tooltip label={label}>
      <ActionIcon
        size="md"
        color="gray"
        aria-label={`${label}: ${called}`}
        {...(disabled ? { 'data-disabled': true, 'aria-disabled': true } : {})}
        onClick={disabled ? undefined : onClick}
      >
        <Icon size={16} stroke={1.8} />
      </ActionIcon>
    </Tooltip>
  )
  return (
    <div className={styles['head']}>
      <span className={styles['number']}>{place + 1}</span>
      <TextInput
        className={styles['name'] ?? ''}
        size="xs"
        aria-label={`Name of rule ${place + 1}`}
        placeholder="Name, if it needs one"
        value={rule.name}
        onChange={({ currentTarget }) => onChange({ ...rule, name: currentTarget.value })}
      />
      <Switch
        size="xs"
        label="paused"
        color="blue"
        checked={rule.paused}
        onChange={({ currentTarget }) => onChange({ ...rule, paused: currentTarget.checked })}
      />
      <span className={styles['moves']}>
        {act('Move up', IconChevronUp, place === 0, () => onMove(-1))}
        {act('Move down', IconChevronDown, place === last, () => onMove(1))}
        {act(locked ? 'Held by the ramp' : 'Remove', IconX, locked, onRemove)}
      </span>
    </div>
  )
}
