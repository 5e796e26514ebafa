import { type Evidence, sayLimit } from '@rampart/contract/admin'
import { cx } from './cx.ts'
import styles from './guard-table.module.css'
import { sayChange, sayCount, sayInterval, sayRate } from './percent.ts'
import { evidenceFill, sayEvidence, verdictLooks } from './verdict.ts'

const REACTIONS = { rollback: 'rolls back', step_back: 'steps back', hold: 'holds', warn: 'warns' } as const

interface GuardTableProps {
  readonly verdicts: readonly Evidence[]
  /** The variation the ramp gives. */
  readonly to: string
}

/** What each guard has seen of those without and those with the variation, and how near it is to acting. */
export function GuardTable({ verdicts, to }: GuardTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that is wider than the window is scrolled by keyboard
    <section className={styles['scroll']} aria-label="Figures of the guards" tabIndex={0}>
      <table className={styles['table']}>
        <thead>
          <tr>
            <th scope="col">Guard</th>
            <th scope="col" className={styles['figure']}>
              Without
            </th>
            <th scope="col" className={styles['figure']}>
              With {to}
            </th>
            <th scope="col" className={styles['figure']}>
              Change
            </th>
            <th scope="col">Limit</th>
            <th scope="col">Verdict</th>
            <th scope="col">Evidence of harm</th>
          </tr>
        </thead>
        {verdicts.map((evidence) => (
          <Guard key={evidence.guard} evidence={evidence} to={to} />
        ))}
      </table>
    </section>
  )
}

function Guard({ evidence, to }: { readonly evidence: Evidence; readonly to: string }) {
  const { metric, control, treatment, change, limit, reaction, verdict, words } = evidence
  const look = verdictLooks[verdict]
  const interval = sayInterval(change)
  return (
    <tbody id={`guard-${evidence.guard}`}>
      <tr>
        <th scope="row">
          {metric}
          <span className={styles['small']}>{REACTIONS[reaction]}</span>
        </th>
        <td className={styles['figure']} data-label="Without">
          <Arm figures={control} />
        </td>
        <td className={styles['figure']} data-label={`With ${to}`}>
          <Arm figures={treatment} />
        </td>
        <td className={styles['figure']} data-label="Change">
          {sayChange(change)}
          {interval !== undefined && <span className={styles['small']}>{interval}</span>}
        </td>
        <td data-label="Limit">{sayLimit(limit)}</td>
        <td data-label="Verdict">
          <span className={cx(styles['verdict'], styles[look.tone])}>
            <span aria-hidden="true">{look.mark}</span> {look.word}
          </span>
        </td>
        <td data-label="Evidence" className={styles['evidence']}>
          <EvidenceMeter evidence={evidence} />
        </td>
      </tr>
      <tr className={styles['words']}>
        <td colSpan={7}>{words}</td>
      </tr>
    </tbody>
  )
}

function Arm({ figures }: { readonly figures: Evidence['control'] }) {
  return (
    <>
      {sayRate(figures.rate)}
      <span className={styles['small']}>
        {sayCount(figures.events)} of {sayCount(figures.units)}
      </span>
    </>
  )
}

/** Evidence of harm, on a logarithmic scale: full is when the guard acts. */
function EvidenceMeter({ evidence }: { readonly evidence: Evidence }) {
  const fill = evidenceFill(evidence)
  const tone = evidence.verdict === 'tripped' ? 'bad' : fill > 0.5 ? 'wait' : 'ok'
  return (
    <span className={styles['meter']}>
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" className={styles[tone]}>
        <rect className={styles['track']} width="100" height="6" />
        <rect className={styles['fill']} width={100 * fill} height="6" />
      </svg>
      <span className={styles['small']}>{sayEvidence(evidence)}</span>
    </span>
  )
}
