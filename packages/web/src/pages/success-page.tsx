import { useEffect, useRef } from 'react'
import { type Confirmation, confirmCheckout } from '../api/confirm-checkout.ts'
import { ApiError } from '../api/request.ts'
import { Confirmed } from '../components/confirmed.tsx'
import { Loading } from '../components/loading.tsx'
import { Page } from '../components/page.tsx'
import { Problem } from '../components/problem.tsx'
import { Link } from '../router.tsx'
import { useLoaded } from '../use-loaded.ts'

/** Where Checkout sends people back to. Asks the API to bring this session up to date now, so that no webhook is waited for. */
export function SuccessPage({ sessionId }: { sessionId: string | null }) {
  if (sessionId === null) {
    return (
      <Page title="No checkout here" lead="This page needs the address that Checkout sent you to.">
        <Link className="button primary" href="/">
          See plans and products
        </Link>
      </Page>
    )
  }
  return <Confirming sessionId={sessionId} />
}

function Confirming({ sessionId }: { sessionId: string }) {
  const { loaded, reload } = useLoaded((signal) => confirmCheckout(sessionId, signal))
  const error = loaded.state === 'failed' ? loaded.error : null
  const isRetrying = useRetries(error, reload)
  const confirmation = loaded.state === 'ready' ? loaded.value : null

  if (confirmation !== null) {
    return (
      <Page title={titleOf(confirmation)}>
        <Confirmed confirmation={confirmation} onCheckAgain={reload} />
      </Page>
    )
  }
  return (
    <Page title="Confirming your payment" lead="This takes a moment. Nothing is charged twice.">
      {error !== null && !isRetrying ? (
        <Problem error={error} onRetry={reload} />
      ) : (
        <Loading label={isRetrying ? 'That did not work yet. Trying again' : 'Confirming'} shape="card" />
      )}
    </Page>
  )
}

function titleOf(confirmation: Confirmation): string {
  if (confirmation.status === 'open') return 'Not paid yet'
  if (confirmation.status === 'expired') return 'This checkout has expired'
  return confirmation.payment_status === 'unpaid' ? 'Your payment is on its way' : 'Thank you'
}

const RETRY_DELAYS_MS = [1_000, 2_000, 4_000]

/** Tries a few times by itself while the failure may pass; afterwards it is the person's turn. Answers whether a try is coming. */
function useRetries(error: unknown, retry: (options: { quiet: boolean }) => void): boolean {
  const attempts = useRef(0)
  const delayMs = RETRY_DELAYS_MS[attempts.current]
  const isRetrying = error instanceof ApiError && error.isPassing && delayMs !== undefined
  useEffect(() => {
    if (!isRetrying) return
    const timer = setTimeout(() => {
      attempts.current += 1
      retry({ quiet: true })
    }, delayMs)
    return () => clearTimeout(timer)
  }, [isRetrying, delayMs, retry])
  return isRetrying
}
