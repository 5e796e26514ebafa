import { Button, TextInput } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { Logo } from '../parts/logo.tsx'
import { safeNext, tokenIn } from '../parts/sign-in-link.ts'
import { useTitle } from '../parts/use-title.ts'
import { failureOf } from '../queries/failure.ts'
import { useSignIn } from '../queries/session.ts'
import styles from './sign-in.module.css'

/** Uses up a one-time link. Only the button does: scanners that open links in mail must not. */
export function SignInPage() {
  useTitle('Sign in')
  const { token, next } = useSearch({ from: '/sign-in' })
  const navigate = useNavigate()
  const signIn = useSignIn()
  const failure = signIn.error === null ? undefined : failureOf(signIn.error)
  const enter = (secret: string) =>
    signIn.mutate(secret, { onSuccess: () => void navigate({ href: safeNext(next), replace: true }) })
  const linkFailed = failure !== undefined && failure.code !== 'unreachable'

  return (
    <main className={styles['page']}>
      <div className={styles['card']}>
        <Logo size={40} />
        <h1>Sign in to Rampart</h1>
        {next !== undefined && failure === undefined && (
          <p className={styles['note']}>Sign in to go on to the page you asked for.</p>
        )}
        {failure !== undefined && (
          <div className={styles['failure']} role="alert">
            <strong>{linkFailed ? 'This link does not sign in' : failure.title}</strong>
            <p>{failure.detail}</p>
            {linkFailed && <p>Each link works once. Get a new one, or paste another below.</p>}
          </div>
        )}
        {token !== undefined && !linkFailed ? (
          <LinkForm pending={signIn.isPending} onEnter={() => enter(token)} />
        ) : (
          <PasteForm pending={signIn.isPending} onEnter={enter} />
        )}
      </div>
    </main>
  )
}

function LinkForm({ pending, onEnter }: { readonly pending: boolean; readonly onEnter: () => void }) {
  return (
    <>
      <p>You opened a one-time link. Signing in uses it up.</p>
      <Button fullWidth size="md" loading={pending} onClick={onEnter} autoFocus>
        Sign in
      </Button>
    </>
  )
}

interface PasteFormProps {
  readonly pending: boolean
  readonly onEnter: (token: string) => void
}

function PasteForm({ pending, onEnter }: PasteFormProps) {
  const [pasted, setPasted] = useState('')
  const [tried, setTried] = useState(false)
  const token = tokenIn(pasted)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (token !== undefined) onEnter(token)
  }
  return (
    <>
      <p>There are no passwords: a one-time link signs you in. You find it</p>
      <ul className={styles['where']}>
        <li>in what the server printed when it started,</li>
        <li>
          by running <code>rampart-server sign-in-link</code> beside the server,
        </li>
        <li>from somebody who administers this installation.</li>
      </ul>
      <form onSubmit={submit} className={styles['form']}>
        <TextInput
          label="Sign-in link or token"
          placeholder={`${location.origin}/sign-in?token=…`}
          value={pasted}
          onChange={({ currentTarget }) => setPasted(currentTarget.value)}
          error={tried && token === undefined ? 'Paste the whole link, or the token at its end.' : undefined}
          autoComplete="off"
          spellCheck={false}
          autoFocus
        />
        <Button type="submit" fullWidth size="md" loading={pending}>
          Sign in
        </Button>
      </form>
    </>
  )
}
