import { useEffect, useRef, useState } from 'react'
import { cancelSubscription, type Subscription } from '../api/endpoints.ts'
import { perPeriod } from '../billing-period.ts'
import { formatDay } from '../dates.ts'
import { formatMoney } from '../money.ts'
import { Link } from '../router.tsx'
import { useAction } from '../use-action.ts'
import { visitPortal } from '../visit-portal.ts'
import { BusyButton } from './busy-button.tsx'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { Problem } from './problem.tsx'
import { StatusBadge } from './status-badge.tsx'

/** What is not paid for ends at once when it is canceled, even when it was to end with its period before. */
const PAID = ['active', 'trialing']

export function SubscriptionCard({
  subscription,
  onChanged,
}: {
  subscription: Subscription
  onChanged: () => void
}) {
  const { plan } = subscription
  const isEnding = subscription.cancel_at_period_end
  const isDone = isEnding && PAID.includes(subscription.status)
  const heading = useFocusWhenChanged(isEnding)
  return (
    <div className="card subscription">
      <div className="plan-title">
        <h3 ref={heading} tabIndex={-1}>
          {plan.nickname ?? 'Your plan'}
        </h3>
        <StatusBadge status={isEnding && subscription.status === 'active' ? 'ending' : subscription.status} />
      </div>
      <dl className="facts">
        <div>
          <dt>Price</dt>
          <dd>
            {plan.amount === null ? 'By usage' : formatMoney(plan.amount, plan.currency)}
            {plan.interval === null ? null : ` ${perPeriod(plan.interval, plan.interval_count)}`}
          </dd>
        </div>
        <div>
          <dt>Current period</dt>
          <dd>Since {formatDay(subscription.current_period_start)}</dd>
        </div>
        <div>
          <dt>{isEnding ? 'Ends on' : 'Next billing'}</dt>
          <dd>{formatDay(subscription.current_period_end)}</dd>
        </div>
      </dl>
      <p role="status" className={isDone ? 'notice' : 'only-read'}>
        {isDone
          ? `Canceled: you keep everything until ${formatDay(subscription.current_period_end)}, and nothing more is charged. Changed your mind? Undo it in “Manage billing”.`
          : ''}
      </p>
      <div className="button-row">
        <ManageBilling />
        {isDone ? null : <Cancel subscription={subscription} onCanceled={onChanged} />}
      </div>
    </div>
  )
}

export function NoSubscription() {
  return (
    <div className="card empty">
      <p>You have no subscription.</p>
      <div className="button-row">
        <Link className="button primary" href="/">
          View plans
        </Link>
      </div>
    </div>
  )
}

function ManageBilling() {
  const portal = useAction(visitPortal)
  return (
    <>
      <BusyButton kind="primary" isBusy={portal.isRunning} busyLabel="Opening…" onClick={() => portal.run()}>
        Manage billing
      </BusyButton>
      {portal.error === null ? null : <Problem error={portal.error} />}
    </>
  )
}

function Cancel({ subscription, onCanceled }: { subscription: Subscription; onCanceled: () => void }) {
  const [isAsking, setIsAsking] = useState(false)
  const cancel = useAction(async () => {
    await cancelSubscription()
    setIsAsking(false)
    onCanceled()
    return undefined
  })
  const close = () => {
    cancel.forgetError()
    setIsAsking(false)
  }
  return (
    <>
      <button type="button" className="button" onClick={() => setIsAsking(true)}>
        Cancel subscription
      </button>
      {isAsking ? (
        <ConfirmDialog title="Cancel your subscription?" onClose={close}>
          {PAID.includes(subscription.status) ? (
            <p>
              You keep {subscription.plan.nickname ?? 'your plan'} until{' '}
              <strong>{formatDay(subscription.current_period_end)}</strong>. After that it ends, and nothing
              more is charged.
            </p>
          ) : (
            <p>What is not paid for ends at once, and nothing more is charged.</p>
          )}
          {cancel.error === null ? null : <Problem error={cancel.error} />}
          <div className="button-row">
            <BusyButton
              kind="danger"
              isBusy={cancel.isRunning}
              busyLabel="Canceling…"
              onClick={() => cancel.run()}
            >
              Yes, cancel it
            </BusyButton>
            <button type="button" className="button" onClick={close}>
              Keep my plan
            </button>
          </div>
        </ConfirmDialog>
      ) : null}
    </>
  )
}

/** The button that was pressed is gone after a cancellation; the focus goes to the heading of what has changed. */
function useFocusWhenChanged(isEnding: boolean) {
  const heading = useRef<HTMLHeadingElement>(null)
  const before = useRef(isEnding)
  useEffect(() => {
    if (before.current !== isEnding) heading.current?.focus({ preventScroll: true })
    before.current = isEnding
  }, [isEnding])
  return heading
}
