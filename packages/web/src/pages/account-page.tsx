import { useEffect } from 'react'
import { getSubscription } from '../api/endpoints.ts'
import { History } from '../components/history.tsx'
import { Loading } from '../components/loading.tsx'
import { Page } from '../components/page.tsx'
import { Problem } from '../components/problem.tsx'
import { NoSubscription, SubscriptionCard } from '../components/subscription-card.tsx'
import { useLoaded } from '../use-loaded.ts'
import { wasInPortal } from '../visit-portal.ts'

export function AccountPage() {
  const { loaded, reload } = useLoaded(getSubscription)
  useFreshLooks(reload)
  return (
    <Page title="Your account">
      <section aria-labelledby="subscription">
        <h2 id="subscription">Subscription</h2>
        {loaded.state === 'loading' ? <Loading label="Loading your subscription" shape="card" /> : null}
        {loaded.state === 'failed' ? <Problem error={loaded.error} onRetry={reload} /> : null}
        {loaded.state === 'ready' && loaded.value === null ? <NoSubscription /> : null}
        {loaded.state === 'ready' && loaded.value !== null ? (
          <SubscriptionCard subscription={loaded.value} onChanged={() => reload({ quiet: true })} />
        ) : null}
      </section>
      <section aria-labelledby="history">
        <h2 id="history">Payments and invoices</h2>
        <History />
      </section>
    </Page>
  )
}

/** Right after the portal its webhooks may still be on their way: looks again for a few seconds, and when the tab comes back. */
const LOOKS_AFTER_PORTAL_MS = [700, 2_000, 5_000]

function useFreshLooks(reload: (options: { quiet: boolean }) => void): void {
  useEffect(() => {
    const lookAgain = () => reload({ quiet: true })
    const timers = wasInPortal() ? LOOKS_AFTER_PORTAL_MS.map((delayMs) => setTimeout(lookAgain, delayMs)) : []
    const onVisible = () => document.visibilityState === 'visible' && lookAgain()
    document.addEventListener('visibilitychange', onVisible)
    window.addEventListener('pageshow', onVisible)
    return () => {
      for (const timer of timers) clearTimeout(timer)
      document.removeEventListener('visibilitychange', onVisible)
      window.removeEventListener('pageshow', onVisible)
    }
  }, [reload])
}
