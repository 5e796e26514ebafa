import { Button, NativeSelect, NumberInput, TextInput } from '@mantine/core'
import { evenedOut, type ServeDraft, splitProblem } from './serve-draft.ts'
import styles from './serve-editor.module.css'

interface ServeEditorProps {
  readonly serve: ServeDraft
  readonly variations: readonly string[]
  /** What the server said of it. */
  readonly problem: string | undefined
  readonly onChange: (serve: ServeDraft) => void
}

/** What is served: one variation or a split of them, to all who match or to a share, by which attribute. */
export function ServeEditor({ serve, variations, problem, onChange }: ServeEditorProps) {
  const set = (part: Partial<ServeDraft>) => onChange({ ...serve, ...part })
  const wrong = splitProblem(serve)
  const other = variations.find((key) => key !== serve.variation) ?? serve.variation
  return (
    <div className={styles['serve']}>
      <div className={styles['row']}>
        <NativeSelect
          size="xs"
          label="Serves"
          value={serve.kind === 'split' ? SPLIT : serve.variation}
          data={[
            ...variations.map((key) => ({ value: key, label: key })),
            ...(variations.length > 1 ? [{ value: SPLIT, label: 'a split…' }] : []),
          ]}
          onChange={({ currentTarget: { value } }) =>
            set(
              value === SPLIT
                ? {
                    kind: 'split',
                    weights:
                      splitProblem({ ...serve, kind: 'split' }) === undefined
                        ? serve.weights
                        : evenedOut(serve.weights),
                  }
                : { kind: 'variation', variation: value },
            )
          }
        />
        <NativeSelect
          size="xs"
          label="To"
          value={serve.rollout === null ? 'all' : 'share'}
          data={[
            { value: 'all', label: 'all of them' },
            { value: 'share', label: 'a share' },
          ]}
          onChange={({ currentTarget: { value } }) =>
            set({ rollout: value === 'all' ? null : { percent: 50, otherwise: other } })
          }
        />
        {serve.rollout !== null && (
          <RolloutFields rollout={serve.rollout} variations={variations} onChange={(rollout) => set({ rollout })} />
        )}
        {(serve.rollout !== null || serve.kind === 'split') && (
          <TextInput
            size="xs"
            label="Bucketed by"
            placeholder="targetingKey"
            value={serve.by}
            onChange={({ currentTarget }) => set({ by: currentTarget.value })}
            spellCheck={false}
          />
        )}
      </div>
      {serve.kind === 'split' && (
        <div className={styles['row']}>
          {variations.map((key) => (
            <NumberInput
              key={key}
              size="xs"
              label={key}
              suffix="%"
              min={0}
              max={100}
              decimalScale={3}
              value={serve.weights[key] ?? 0}
              onChange={(value) => set({ weights: { ...serve.weights, [key]: Number(value) } })}
            />
          ))}
          {wrong !== undefined && (
            <Button size="xs" variant="default" onClick={() => set({ weights: evenedOut(serve.weights) })}>
              Distribute the rest
            </Button>
          )}
        </div>
      )}
      {(wrong ?? problem) !== undefined && <p className={styles['problem']}>{wrong ?? problem}</p>}
    </div>
  )
}

const SPLIT = '…split'

interface RolloutFieldsProps {
  readonly rollout: NonNullable<ServeDraft['rollout']>
  readonly variations: readonly string[]
  readonly onChange: (rollout: NonNullable<ServeDraft['rollout']>) => void
}

function RolloutFields({ rollout, variations, onChange }: RolloutFieldsProps) {
  return (
    <>
      <NumberInput
        size="xs"
        label="Share"
        suffix="%"
        min={0}
        max={100}
        decimalScale={3}
        value={rollout.percent}
        onChange={(value) => onChange({ ...rollout, percent: Number(value) })}
      />
      <NativeSelect
        size="xs"
        label="The rest gets"
        value={rollout.otherwise}
        data={[...variations]}
        onChange={({ currentTarget }) => onChange({ ...rollout, otherwise: currentTarget.value })}
      />
    </>
  )
}
