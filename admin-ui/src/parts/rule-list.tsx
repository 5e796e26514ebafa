import type { FlagConfig } from '@rampart/contract/admin'
import { ConditionLine } from './condition-line.tsx'
import { cx } from './cx.ts'
import styles from './rule-list.module.css'
import { sayServe } from './serve-words.ts'

/** The rules in their order: the first that matches decides. */
export function RuleList({ config }: { readonly config: Pick<FlagConfig, 'rules' | 'prerequisites' | 'off'> }) {
  const { rules, prerequisites, off } = config
  if (rules.length === 0 && prerequisites.length === 0) return null
  return (
    <>
      {prerequisites.map(({ flag, variations }) => (
        <p key={flag} className={styles['prerequisite']}>
          Unless <strong>{flag}</strong> serves {variations.join(' or ')}, everyone gets {off}.
        </p>
      ))}
      <ol className={styles['rules']}>
        {rules.map((rule, i) => (
          <li key={rule.id} id={`rule-${rule.id}`} className={cx(styles['rule'], rule.paused && styles['paused'])}>
            <span className={styles['number']}>{i + 1}</span>
            <div className={styles['words']}>
              {rule.name !== null && <strong>{rule.name}</strong>}
              <p>
                <span className={styles['if']}>If </span>
                <ConditionLine condition={rule.when} />
              </p>
            </div>
            <span className={styles['serve']}>{rule.paused ? '‖ paused' : `→ ${sayServe(rule.serve)}`}</span>
          </li>
        ))}
      </ol>
    </>
  )
}
