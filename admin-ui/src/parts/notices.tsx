import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { failureOf } from '../queries/failure.ts'
import styles from './notices.module.css'

/** How long something that was done at once can be undone by its notice. */
const UNDO_MS = 10_000

/** Says what was done, with a way back. */
export function showUndo(message: string, undo: () => void): void {
  const id = notifications.show({
    autoClose: UNDO_MS,
    withBorder: true,
    color: 'blue',
    closeButtonProps: { 'aria-label': 'Dismiss' },
    message: (
      <span className={styles['undo']}>
        <span>{message}</span>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            notifications.hide(id)
            undo()
          }}
        >
          Undo
        </Button>
      </span>
    ),
  })
}

export function showDone(message: string): void {
  notifications.show({
    message,
    autoClose: 5000,
    withBorder: true,
    color: 'blue',
    closeButtonProps: { 'aria-label': 'Dismiss' },
  })
}

/** Says what failed, in the server's words; `unchanged` says what was left as it was. */
export function showFailure(unchanged: string, error: unknown): void {
  const { detail, hint } = failureOf(error)
  notifications.show({
    title: unchanged,
    message: hint === undefined ? detail : `${detail} ${hint}`,
    color: 'red',
    withBorder: true,
    autoClose: false,
    closeButtonProps: { 'aria-label': 'Dismiss' },
  })
}
