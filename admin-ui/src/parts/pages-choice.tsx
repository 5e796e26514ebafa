import { Radio } from '@mantine/core'
import { type ToldToPages, toldToPages } from '@rampart/contract/admin'
import styles from './pages-choice.module.css'

const CHOICES: Readonly<Record<ToldToPages, { readonly label: string; readonly description: string }>> = {
  nothing: {
    label: 'Nothing',
    description: 'Only your servers can ask for it.',
  },
  values: {
    label: 'Its values',
    description:
      'The server evaluates for each visitor, and the rules stay here. For @rampart/browser/remote and OFREP, and no other page.',
  },
  rules: {
    label: 'Its rules and values',
    description:
      'Pages evaluate by themselves. Rules and values become readable in browsers; lists of ids and private values only as hashes.',
  },
}

interface PagesChoiceProps {
  readonly value: ToldToPages
  /** What the server said of it. */
  readonly error: string | undefined
  readonly onChange: (value: ToldToPages) => void
}

/** What browsers are told of a flag. */
export function PagesChoice({ value, error, onChange }: PagesChoiceProps) {
  return (
    <Radio.Group
      label="Browsers are told"
      value={value}
      onChange={(chosen) => onChange(toldToPages.find((one) => one === chosen) ?? 'nothing')}
      error={error}
    >
      <div className={styles['choices']}>
        {toldToPages.map((one) => (
          <Radio
            key={one}
            value={one}
            label={CHOICES[one].label}
            description={CHOICES[one].description}
            classNames={{ description: styles['description'] ?? '' }}
          />
        ))}
      </div>
    </Radio.Group>
  )
}
