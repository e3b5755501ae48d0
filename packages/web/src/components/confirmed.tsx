import type { Confirmation, Purchase } from '../api/confirm-checkout.ts'
import type { Subscription } from '../api/endpoints.ts'
import { perPeriod } from '../billing-period.ts'
import { formatDay } from '../dates.ts'
import { formatMoney } from '../money.ts'
import { Link } from '../router.tsx'

/**
 * What came of one Checkout: the things bought or the subscription started, and where to go from here. No live region: one that
 * comes together with its content stays silent in many screen readers. The page's heading says the outcome, and takes the focus.
 */
export function Confirmed(props: { confirmation: Confirmation; onCheckAgain: () => void }) {
  const { confirmation } = props
  if (confirmation.status !== 'complete') return <NotPaid />
  const isPaid = confirmation.payment_status !== 'unpaid'
  return (
    <div className="card receipt">
      <p className={isPaid ? 'arrived' : 'notice'}>
        {isPaid ? 'Your payment has arrived.' : 'Your bank is still working on it. We will know soon.'}
      </p>
      <dl>
        {confirmation.subscription === null ? null : (
          <SubscriptionLines subscription={confirmation.subscription} />
        )}
        {confirmation.purchase === null ? null : <PurchaseLines purchase={confirmation.purchase} />}
      </dl>
      <div className="button-row">
        {isPaid ? null : (
          <button type="button" className="button" onClick={props.onCheckAgain}>
            Check again
          </button>
        )}
        <Link className="button primary" href="/account">
          Go to your account
        </Link>
        <Link className="button" href="/">
          Back to the shop
        </Link>
      </div>
    </div>
  )
}

function SubscriptionLines({ subscription }: { subscription: Subscription }) {
  const { plan } = subscription
  return (
    <>
      <div>
        <dt>{plan.nickname ?? 'Subscription'}</dt>
        <dd>
          {plan.amount === null ? 'By usage' : formatMoney(plan.amount, plan.currency)}
          {plan.interval === null ? null : ` ${perPeriod(plan.interval, plan.interval_count)}`}
        </dd>
      </div>
      <div>
        <dt>{subscription.cancel_at_period_end ? 'Ends on' : 'Next billing'}</dt>
        <dd>{formatDay(subscription.current_period_end)}</dd>
      </div>
    </>
  )
}

function PurchaseLines({ purchase }: { purchase: Purchase }) {
  return (
    <>
      {purchase.items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a finished purchase never change their order.
        <div key={index}>
          <dt>
            {item.description ?? 'Purchase'}
            {item.quantity === null || item.quantity === 1 ? null : ` × ${item.quantity}`}
          </dt>
          <dd>{formatMoney(item.amount, item.currency)}</dd>
        </div>
      ))}
      {purchase.amount === null || purchase.currency === null ? null : (
        <div className="total">
          <dt>Total</dt>
          <dd>{formatMoney(purchase.amount, purchase.currency)}</dd>
        </div>
      )}
    </>
  )
}

function NotPaid() {
  return (
    <>
      <p>Nothing was charged. You can start again whenever you like.</p>
      <p>
        <Link className="button primary" href="/">
          See plans and products
        </Link>
      </p>
    </>
  )
}
