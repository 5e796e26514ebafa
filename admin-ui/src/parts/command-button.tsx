import { Button, type ButtonProps, Tooltip } from '@mantine/core'
import type { ReactNode } from 'react'
import { useConnection } from '../queries/live.ts'
import type { Permission } from '../queries/permission.ts'
import styles from './command-button.module.css'
import { cx } from './cx.ts'

interface CommandButtonProps extends ButtonProps {
  readonly permission: Permission
  /** Kill is tried whatever the connection looks like: nothing stands between a person and that button. */
  readonly evenOffline?: boolean
  /** Takes something away from people at once. */
  readonly danger?: boolean
  readonly onClick: () => void
  readonly children: ReactNode
}

/**
 * A button of something that changes the server. Who may not use it sees it disabled, can still reach it by keyboard,
 * and reads why.
 */
export function CommandButton({
  permission,
  evenOffline = false,
  danger = false,
  onClick,
  children,
  ...rest
}: CommandButtonProps) {
  const connection = useConnection()
  const offline = connection.kind === 'offline' && !evenOffline
  const why = permission.ok ? (offline ? 'Offline: the server does not answer.' : undefined) : permission.why
  const disabled = why !== undefined
  return (
    <Tooltip label={why} disabled={!disabled}>
      <Button
        {...rest}
        {...(danger ? { variant: 'outline', className: cx(styles['danger']) } : {})}
        {...(disabled ? { 'data-disabled': true, 'aria-disabled': true } : {})}
        onClick={disabled ? undefined : onClick}
      >
        {children}
      </Button>
    </Tooltip>
  )
}
