import { type FormEvent, useState } from 'react'
import { logIn } from '../api/endpoints.ts'
import { Page } from '../components/page.tsx'
import { Problem } from '../components/problem.tsx'
import { navigate, pathInShop } from '../router.tsx'
import { startSession } from '../session.ts'
import { useAction } from '../use-action.ts'

/** Each is an owner of their own, so that one can see that nobody sees another's things. */
const PEOPLE = [
  { name: 'Ada', email: 'ada@example.com' },
  { name: 'Grace', email: 'grace@example.com' },
  { name: 'Katherine', email: 'katherine@example.com' },
]

export function LoginPage({ next, hasEnded }: { next: string | null; hasEnded: boolean }) {
  const [email, setEmail] = useState('')
  const [chosen, setChosen] = useState('')
  const login = useAction(async (who: string) => {
    setChosen(who)
    startSession({ accessToken: await logIn(who), email: who })
    navigate(pathInShop(next), { replace: true })
    return undefined
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    login.run(email.trim())
  }

  return (
    <Page title="Log in" lead="A demo: choose who you are. There is no password.">
      {hasEnded ? <p className="notice">Your session has ended. Log in again to go on.</p> : null}
      <ul className="people">
        {PEOPLE.map((person) => (
          <li key={person.email}>
            <button
              type="button"
              className="person-choice"
              aria-disabled={login.isRunning}
              onClick={() => login.run(person.email)}
            >
              <span className="avatar" aria-hidden="true">
                {person.name[0]}
              </span>
              <span>
                <strong>{person.name}</strong>
                <span className="muted">{person.email}</span>
              </span>
              {login.isRunning && chosen === person.email ? (
                <span className="spinner" role="status" aria-label="Logging in" />
              ) : null}
            </button>
          </li>
        ))}
      </ul>
      <form className="email-form" onSubmit={submit}>
        <label htmlFor="email">Or as somebody else</label>
        <div className="field-row">
          <input
            id="email"
            type="email"
            autoComplete="email"
            placeholder="you@example.com"
            required
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
          <button type="submit" className="button primary" aria-disabled={login.isRunning}>
            Log in
          </button>
        </div>
      </form>
      {login.error === null ? null : <Problem error={login.error} />}
    </Page>
  )
}
