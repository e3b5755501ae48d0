import { Layout } from './components/layout.tsx'
import { AccountPage } from './pages/account-page.tsx'
import { LoginPage } from './pages/login-page.tsx'
import { NotFoundPage } from './pages/not-found-page.tsx'
import { PricingPage } from './pages/pricing-page.tsx'
import { SuccessPage } from './pages/success-page.tsx'
import { useAddress } from './router.tsx'
import { usePerson } from './session.ts'

export function App() {
  const address = useAddress()
  const person = usePerson()
  return <Layout>{page(address, person)}</Layout>
}

/** The page at an address. The key makes it start anew for another person or another Checkout. */
function page(address: URL, person: string | null) {
  switch (address.pathname) {
    case '/':
    case '/pricing':
      return <PricingPage key={person} />
    case '/login':
      return (
        <LoginPage next={address.searchParams.get('next')} hasEnded={address.searchParams.has('ended')} />
      )
    case '/success': {
      const sessionId = address.searchParams.get('session_id')
      return <SuccessPage key={sessionId} sessionId={sessionId} />
    }
    case '/account':
      return <AccountPage key={person} />
    default:
      return <NotFoundPage />
  }
}
