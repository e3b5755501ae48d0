import { type Subscription, startSubscriptionCheckout } from '../api/endpoints.ts'
import { everyPeriod, perPeriod } from '../billing-period.ts'
import { formatMoney } from '../money.ts'
import type { Offer } from '../offers.ts'
import { Link, navigate } from '../router.tsx'
import { accessToken } from '../session.ts'
import { useAction } from '../use-action.ts'
import { BusyButton } from './busy-button.tsx'
import { Problem } from './problem.tsx'

export function PlanCard({ offer, subscription }: { offer: Offer; subscription: Subscription | null }) {
  const isCurrent = subscription?.plan.id === offer.priceId
  const saving = offer.perMonth?.savingPercent ?? null
  const headingId = `plan-${offer.planId}`
  return (
    <li className={isCurrent ? 'card plan current' : 'card plan'} aria-labelledby={headingId}>
      <div className="plan-title">
        <h3 id={headingId}>{offer.name}</h3>
        {saving === null ? null : <span className="badge good">Save {saving}%</span>}
        {isCurrent ? <span className="badge good">Your plan</span> : null}
      </div>
      <p className="muted">{offer.description}</p>
      <p className="price">
        <span className="amount">{formatMoney(offer.amountMinor, offer.currency, { short: true })}</span>{' '}
        <span className="interval">{perPeriod(offer.interval, offer.intervalCount)}</span>
      </p>
      <p className="billed">
        Billed {everyPeriod(offer.interval, offer.intervalCount)}
        {offer.perMonth === null
          ? null
          : `: ${formatMoney(offer.perMonth.monthlyAmountMinor, offer.currency)} a month`}
      </p>
      {subscription === null ? <Choose offer={offer} /> : <Subscribed isCurrent={isCurrent} />}
      <ul className="features">
        {offer.features.map((feature) => (
          <li key={feature}>{feature}</li>
        ))}
      </ul>
    </li>
  )
}

function Choose({ offer }: { offer: Offer }) {
  const checkout = useAction(async () => {
    if (accessToken() === null) {
      navigate('/login?next=/')
      return undefined
    }
    return { goTo: await startSubscriptionCheckout(offer.priceId) }
  })
  return (
    <div className="plan-action">
      <BusyButton
        kind="primary"
        isBusy={checkout.isRunning}
        busyLabel="Opening checkout…"
        label={`Choose ${offer.name}, billed ${everyPeriod(offer.interval, offer.intervalCount)}`}
        onClick={() => checkout.run()}
      >
        Choose {offer.name}
      </BusyButton>
      {checkout.error === null ? null : <Problem error={checkout.error} />}
    </div>
  )
}

function Subscribed({ isCurrent }: { isCurrent: boolean }) {
  if (!isCurrent) return <p className="plan-action muted">One plan at a time</p>
  return (
    <div className="plan-action">
      <Link className="button" href="/account">
        Manage your plan
      </Link>
    </div>
  )
}
