import { Modal } from '@mantine/core'
import { type ReactNode, useEffect, useState } from 'react'
import styles from './dialog.module.css'

interface DialogProps {
  readonly title: string
  /** Width in pixels, where there is room for it. */
  readonly size?: number
  /** Whether a click beside it closes it: not where that would lose what is shown only once. */
  readonly closesBeside?: boolean
  readonly onClose: () => void
  readonly children: ReactNode
}

/** A dialog over the page. It is open while it is rendered; Escape and a click beside it close it. */
export function Dialog({ title, size = 520, closesBeside = true, onClose, children }: DialogProps) {
  useFocusReturn()
  return (
    <Modal.Root opened onClose={onClose} size={size} returnFocus={false} closeOnClickOutside={closesBeside}>
      <Modal.Overlay backgroundOpacity={0.45} />
      <Modal.Content>
        <div className={styles['head']}>
          <Modal.Title>{title}</Modal.Title>
          <Modal.CloseButton aria-label="Close" />
        </div>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}

/** Whoever opened the dialog has the focus again when it closes; when that is gone too, the page's content has it. */
function useFocusReturn(): void {
  const [opener] = useState(() => document.activeElement)
  useEffect(
    () => () => {
      // the dialog still holds the focus while it is being taken away
      setTimeout(() => {
        const place = opener instanceof HTMLElement && opener.isConnected ? opener : document.getElementById('main')
        if (document.querySelector('[role="dialog"]') === null) place?.focus({ preventScroll: true })
      })
    },
    [opener],
  )
}
