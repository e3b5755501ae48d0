import type { ReactNode } from 'react'
import { Link, navigate, useAddress } from '../router.tsx'
import { endSession, usePerson } from '../session.ts'

/** What every page has around it: the way in for the keyboard, the header, the footer. */
export function Layout({ children }: { children: ReactNode }) {
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <Header />
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <footer>
        <div className="bar">
          <p>
            Larkspur does not exist: this is Billhook’s demo shop on a local Stripe, and no money moves. Pay
            with test card <span className="card-number">4242 4242 4242 4242</span>, any future date, any CVC.
          </p>
          <p>
            <a href="/docs">API documentation</a>
          </p>
        </div>
      </footer>
    </>
  )
}

function Header() {
  const { pathname } = useAddress()
  const person = usePerson()
  const isPricing = pathname === '/' || pathname === '/pricing'
  return (
    <header>
      <div className="bar">
        <Link className="brand" href="/" aria-label="Larkspur, front page">
          <img src="/favicon.svg" alt="" width="28" height="28" />
          <span>Larkspur</span>
          <span className="tag">a Billhook demo</span>
        </Link>
        <nav aria-label="Main">
          <Link href="/" aria-current={isPricing ? 'page' : undefined}>
            Pricing
          </Link>
          <Link href="/account" aria-current={pathname === '/account' ? 'page' : undefined}>
            Account
          </Link>
        </nav>
        <div className="person">
          {person === null ? (
            <Link className="button small" href="/login">
              Log in
            </Link>
          ) : (
            <>
              <span className="email" title={person}>
                <span className="only-read">Logged in as </span>
                {person}
              </span>
              <button type="button" className="button small" onClick={logOut}>
                Log out
              </button>
            </>
          )}
        </div>
      </div>
    </header>
  )
}

function logOut(): void {
  endSession()
  navigate('/')
}
