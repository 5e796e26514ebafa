import { ActionIcon, Button, Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { type Operator, operandProblem } from '@rampart/core'
import {
  arityOf,
  CASES,
  type DraftGroup,
  type DraftNode,
  type DraftTest,
  MOST_DEPTH,
  OPERATORS,
  operandOf,
  replaced,
  valuesIn,
} from './condition-draft.ts'
import styles from './condition-editor.module.css'
import { IconPlus, IconX } from './icons.ts'

interface ConditionEditorProps {
  readonly group: DraftGroup
  /** The keys of the segments there are. */
  readonly segments: readonly string[]
  /** What it means to have no rows at all; else it is everyone, or nobody. */
  readonly empty?: string
  /** What the server said of the row with this id. */
  readonly problemAt: (id: string) => string | undefined
  readonly onChange: (group: DraftGroup) => void
}

/** A condition as rows: attribute, operator, values; segments; and groups of rows in which all or any must hold. */
export function ConditionEditor({ group, segments, empty, problemAt, onChange }: ConditionEditorProps) {
  const change = (id: string, next: DraftNode | undefined) =>
    onChange(id === group.id && next?.kind === 'group' ? next : replaced(group, id, next))
  return <Group {...{ group, segments, problemAt, change }} depth={1} empty={empty} />
}

interface NodeProps {
  readonly segments: readonly string[]
  readonly problemAt: (id: string) => string | undefined
  readonly change: (id: string, next: DraftNode | undefined) => void
}

interface GroupProps extends NodeProps {
  readonly group: DraftGroup
  readonly depth: number
  readonly empty: string | undefined
}

function Group({ group, depth, empty, ...rest }: GroupProps) {
  const { segments, problemAt, change } = rest
  const add = (part: DraftNode) => change(group.id, { ...group, parts: [...group.parts, part] })
  const problem = problemAt(group.id)
  return (
    <fieldset className={styles['group']}>
      <legend className={styles['legend']}>
        <NativeSelect
          size="xs"
          aria-label="How the rows are joined"
          value={`${group.not ? 'not ' : ''}${group.by}`}
          data={[
            { value: 'all', label: 'All of these' },
            { value: 'any', label: 'Any of these' },
            { value: 'not all', label: 'Not all of these' },
            { value: 'not any', label: 'None of these' },
          ]}
          onChange={({ currentTarget: { value } }) =>
            change(group.id, { ...group, not: value.startsWith('not'), by: value.endsWith('all') ? 'all' : 'any' })
          }
        />
        {depth > 1 && <Remove what="group" onClick={() => change(group.id, undefined)} />}
      </legend>
      {group.parts.length === 0 && empty !== '' && (
        <p className={styles['empty']}>
          {empty ?? `No rows: ${(group.by === 'all') === group.not ? 'nobody' : 'everyone'}.`}
        </p>
      )}
      {group.parts.map((part) => (
        <Row key={part.id} node={part} depth={depth} {...rest} />
      ))}
      {problem !== undefined && <p className={styles['problem']}>{problem}</p>}
      <div className={styles['add']}>
        <AddButton onClick={() => add({ ...NEW_TEST, id: freshId() })}>Condition</AddButton>
        {segments.length > 0 && (
          <AddButton onClick={() => add({ kind: 'segment', id: freshId(), not: false, segment: segments[0] ?? '' })}>
            Segment
          </AddButton>
        )}
        {depth < MOST_DEPTH && (
          <AddButton
            onClick={() =>
              add({ kind: 'group', id: freshId(), not: false, by: 'any', parts: [{ ...NEW_TEST, id: freshId() }] })
            }
          >
            Group
          </AddButton>
        )}
      </div>
    </fieldset>
  )
}

const NEW_TEST: DraftTest = {
  kind: 'test',
  id: '',
  not: false,
  attribute: '',
  operator: 'is one of',
  text: '',
  ignoreCase: false,
}

function freshId(): string {
  return crypto.randomUUID()
}

function Row({ node, depth, ...rest }: NodeProps & { readonly node: DraftNode; readonly depth: number }) {
  switch (node.kind) {
    case 'group':
      return <Group group={node} depth={depth + 1} empty={undefined} {...rest} />
    case 'segment':
      return (
        <div className={styles['row']}>
          <NativeSelect
            size="xs"
            aria-label="In or not in the segment"
            value={node.not ? 'not' : 'in'}
            data={[
              { value: 'in', label: 'in segment' },
              { value: 'not', label: 'not in segment' },
            ]}
            onChange={({ currentTarget }) => rest.change(node.id, { ...node, not: currentTarget.value === 'not' })}
          />
          <NativeSelect
            className={styles['wide'] ?? ''}
            size="xs"
            aria-label="Segment"
            value={node.segment}
            data={[...new Set([...rest.segments, node.segment])]}
            error={rest.problemAt(node.id)}
            onChange={({ currentTarget }) => rest.change(node.id, { ...node, segment: currentTarget.value })}
          />
          <Remove what="segment" onClick={() => rest.change(node.id, undefined)} />
        </div>
      )
    case 'test':
      return <Test test={node} {...rest} />
  }
}

function Test({ test, problemAt, change }: Omit<NodeProps, 'segments'> & { readonly test: DraftTest }) {
  const { id, not, attribute, operator, text, ignoreCase } = test
  const set = (part: Partial<DraftTest>) => change(id, { ...test, ...part })
  const arity = arityOf(operator)
  return (
    <div className={styles['row']}>
      <TextInput
        size="xs"
        aria-label="Attribute"
        placeholder="attribute"
        value={attribute}
        onChange={({ currentTarget }) => set({ attribute: currentTarget.value })}
        autoCapitalize="none"
        spellCheck={false}
      />
      <NativeSelect
        size="xs"
        aria-label="Operator"
        value={`${not ? 'not ' : ''}${operator}`}
        onChange={({ currentTarget: { value } }) => {
          const next = OPERATORS.get(value.replace(/^not /, ''))
          if (next !== undefined) set({ operator: next, not: value.startsWith('not ') })
        }}
        data={CHOICES}
      />
      {arity === 'one' && (
        <TextInput
          className={styles['wide'] ?? ''}
          size="xs"
          aria-label="Value"
          placeholder="value"
          value={text}
          onChange={({ currentTarget }) => set({ text: currentTarget.value })}
          error={problemAt(id) ?? problemOf(test)}
          spellCheck={false}
        />
      )}
      {arity === 'many' && (
        <Textarea
          className={styles['wide'] ?? ''}
          size="xs"
          autosize
          minRows={1}
          maxRows={6}
          aria-label="Values, separated by commas or lines"
          placeholder="values, by commas or lines"
          value={text}
          onChange={({ currentTarget }) => set({ text: currentTarget.value })}
          error={problemAt(id) ?? problemOf(test)}
          spellCheck={false}
        />
      )}
      {arity === 'none' && problemAt(id) !== undefined && <p className={styles['problem']}>{problemAt(id)}</p>}
      <Remove
        what={attribute === '' ? 'condition' : `condition on ${attribute}`}
        onClick={() => change(id, undefined)}
      />
      {(CASES.has(operator) || arity === 'many') && (
        <div className={styles['more']}>
          {CASES.has(operator) && (
            <Checkbox
              size="xs"
              label="any case"
              checked={ignoreCase}
              onChange={({ currentTarget }) => set({ ignoreCase: currentTarget.checked })}
            />
          )}
          {arity === 'many' && <span>{sayValues(valuesIn(text).length)}</span>}
        </div>
      )}
    </div>
  )
}

const CHOICES = ['', 'not '].map((not) => ({
  group: not === '' ? 'Holds when it' : 'Holds unless it',
  items: [...OPERATORS.keys()].map((operator) => ({ value: `${not}${operator}`, label: `${not}${operator}` })),
}))

function sayValues(n: number): string {
  return n === 1 ? '1 value' : `${n} values`
}

/** What is wrong with a value that the page can tell by itself; patterns are the server's to read. */
function problemOf(test: DraftTest): string | undefined {
  if (test.text.trim() === '' || test.operator === 'matches') return undefined
  const operand = operandOf(test)
  const operator: Operator = test.operator
  const problem = operandProblem(operand === undefined ? { operator } : { operator, operand })
  return problem === undefined ? undefined : `must be ${problem}`
}

function AddButton({ children, onClick }: { readonly children: string; readonly onClick: () => void }) {
  return (
    <Button size="compact-xs" variant="default" leftSection={<IconPlus size={13} />} onClick={onClick}>
      {children}
    </Button>
  )
}

function Remove({ what, onClick }: { readonly what: string; readonly onClick: () => void }) {
  return (
    <ActionIcon size="md" color="gray" aria-label={`Remove the ${what}`} onClick={onClick}>
      <IconX size={16} stroke={1.8} />
    </ActionIcon>
  )
}
