import { Flag, useFlag, useFlagsStatus, useIdentify, useTrack } from '@rampart/browser/react'
import type { ReactElement } from 'react'

export const FLAG = 'new-checkout-flow'

/** What the page shows, on the server and in the browser alike. */
export function App(): ReactElement {
  const isNew = useFlag(FLAG, false)
  const { status } = useFlagsStatus()
  const identify = useIdentify()
  const { count } = useTrack()
  return (
    <main>
      <h1 id="checkout">{isNew ? 'The new checkout' : 'The old checkout'}</h1>
      <Flag name={FLAG} fallback={<p>Pay at the till.</p>}>
        <p>Pay with one click.</p>
      </Flag>
      <button type="button" onClick={() => count('order')}>
        Pay
      </button>
      <button type="button" onClick={() => void identify(`visitor-${Math.random()}`)}>
        Be somebody else
      </button>
      <p id="status">{status}</p>
    </main>
  )
}
