import { Link } from '@tanstack/react-router'
import { EmptyState } from './empty-state.tsx'

export function NotFound() {
  return (
    <EmptyState heading="h1" title="There is no such page" action={<Link to="/">Go to the flags</Link>}>
      The address may be mistyped, or what it named was removed.
    </EmptyState>
  )
}

/** The same where there is no frame around it. */
export function NotFoundAlone() {
  return (
    <main>
      <NotFound />
    </main>
  )
}
