import { Tooltip } from '@mantine/core'
import type { Connection } from '../queries/connection.ts'
import { useConnection } from '../queries/live.ts'
import styles from './connection-dot.module.css'
import { cx } from './cx.ts'
import { sayClock } from './time-words.ts'

/** Whether what is on the screen is what the server has. */
export function ConnectionDot() {
  const connection = useConnection()
  const { word, more, tip } = words(connection)
  return (
    <Tooltip label={tip}>
      <span className={cx(styles['dot'], styles[connection.kind])} role="status">
        <span className={styles['light']} aria-hidden="true" />
        <span>{word}</span>
        {more !== undefined && <span className={styles['more']}>{more}</span>}
      </span>
    </Tooltip>
  )
}

function words(connection: Connection): { readonly word: string; readonly more?: string; readonly tip: string } {
  switch (connection.kind) {
    case 'connecting':
      return { word: 'Connecting…', tip: 'Changes will be shown as they happen.' }
    case 'live':
      return { word: 'Live', tip: 'Changes are shown as they happen.' }
    case 'reconnecting':
      return {
        word: 'Reconnecting…',
        more: `data from ${sayClock(connection.dataFrom, 'with seconds')}`,
        tip: 'The event stream is interrupted. The page asks the server every few seconds instead.',
      }
    case 'offline':
      return {
        word: 'Offline',
        more: `editing disabled, data from ${sayClock(connection.dataFrom, 'with seconds')}`,
        tip: 'The server does not answer. The page keeps trying; only kill can still be attempted.',
      }
  }
}
