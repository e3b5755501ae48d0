import { getPlans, getProducts, getSubscription } from '../api/endpoints.ts'
import { Loading } from '../components/loading.tsx'
import { Page } from '../components/page.tsx'
import { PlanCard } from '../components/plan-card.tsx'
import { Problem } from '../components/problem.tsx'
import { ProductCard } from '../components/product-card.tsx'
import { offersOf } from '../offers.ts'
import { Link } from '../router.tsx'
import { accessToken } from '../session.ts'
import { useLoaded } from '../use-loaded.ts'

export function PricingPage() {
  const { loaded, reload } = useLoaded(loadCatalogue)
  return (
    <Page title="Notes that are found again" lead="Choose a plan. Cancel it whenever you like.">
      {loaded.state === 'loading' ? <Loading label="Loading plans" shape="cards" /> : null}
      {loaded.state === 'failed' ? <Problem error={loaded.error} onRetry={reload} /> : null}
      {loaded.state === 'ready' ? <Catalogue {...loaded.value} /> : null}
    </Page>
  )
}

async function loadCatalogue(signal: AbortSignal) {
  const [plans, subscriptionProducts, products, subscription] = await Promise.all([
    getPlans(signal),
    getProducts('subscription', signal),
    getProducts('one_time', signal),
    accessToken() === null ? null : getSubscription(signal),
  ])
  return { offers: offersOf(plans, subscriptionProducts), products, subscription }
}

function Catalogue({ offers, products, subscription }: Awaited<ReturnType<typeof loadCatalogue>>) {
  const current = offers.find(({ priceId }) => priceId === subscription?.plan.id)
  return (
    <>
      <section aria-labelledby="plans">
        <h2 id="plans" className="only-read">
          Plans
        </h2>
        {subscription === null ? null : (
          <p className="notice">
            You have <strong>{current?.name ?? subscription.plan.nickname ?? 'a plan'}</strong>. To choose
            another one, cancel it first. That, your cards and your invoices are in{' '}
            <Link href="/account">your account</Link>.
          </p>
        )}
        {offers.length === 0 ? <p className="muted">There are no plans on offer right now.</p> : null}
        <ul className="plans">
          {offers.map((offer) => (
            <PlanCard key={offer.planId} offer={offer} subscription={subscription} />
          ))}
        </ul>
      </section>
      {products.length === 0 ? null : (
        <section aria-labelledby="products">
          <h2 id="products">Buy once, keep it</h2>
          <p className="muted">No subscription needed. Buy as often as you like.</p>
          <ul className="products">
            {products.map((product) => (
              <ProductCard key={product.id} product={product} />
            ))}
          </ul>
        </section>
      )}
    </>
  )
}
