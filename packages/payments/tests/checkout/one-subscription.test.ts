import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { type Answer, useApi } from '../support/api.ts'
import { type Offer, pay, sell, sessionsOf } from '../support/shop.ts'

const api = useApi()
let offers: [Offer, Offer]

beforeAll(async () => {
  offers = [await sell(api, { name: 'Basic' }), await sell(api, { name: 'Premium' })]
})

/** What an owner with several tabs, a network and a server that dies can do. No webhook ever arrives. */
type Step =
  | { do: 'subscribe'; plan: 0 | 1 }
  | { do: 'subscribe at once'; plans: (0 | 1)[] }
  | { do: 'pay'; tab: number }
  | { do: 'pay and subscribe at once'; tab: number; plan: 0 | 1 }
  | { do: 'expire at Stripe'; tab: number }
  | { do: 'die before the session is written down' }

const plan = fc.constantFrom<0 | 1>(0, 1)
const tab = fc.nat(5)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('subscribe' as const), plan }),
  fc.record({
    do: fc.constant('subscribe at once' as const),
    plans: fc.array(plan, { minLength: 2, maxLength: 4 }),
  }),
  fc.record({ do: fc.constant('pay' as const), tab }),
  fc.record({ do: fc.constant('pay and subscribe at once' as const), tab, plan }),
  fc.record({ do: fc.constant('expire at Stripe' as const), tab }),
  fc.record({ do: fc.constant('die before the session is written down' as const) }),
)

test('whatever an owner does, at most one subscription is paid and at most one session can be', async () => {
  let owners = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 8 }), async (steps) => {
      owners += 1
      const owner = `owner_${owners}`
      const tabs: { url: string; sessionId: string }[] = []
      for (const next of steps) {
        await take(owner, tabs, next)
        const sessions = tabs.length === 0 ? [] : await sessionsOf(api, owner)
        expect(sessions.filter(({ status }) => status === 'complete').length).toBeLessThanOrEqual(1)
        expect(sessions.filter(({ status }) => status === 'open').length).toBeLessThanOrEqual(1)
      }
    }),
    { numRuns: 25, endOnFailure: true },
  )
}, 60_000)

async function take(owner: string, tabs: { url: string; sessionId: string }[], next: Step): Promise<void> {
  const at = (index: number) => (tabs.length === 0 ? undefined : tabs[index % tabs.length])
  const subscribe = async (chosen: 0 | 1) => {
    const body = { price_id: offers[chosen].priceId }
    remember(tabs, await api.request('POST', '/payments/create-checkout-session', { as: owner, body }))
  }
  switch (next.do) {
    case 'subscribe':
      return await subscribe(next.plan)
    case 'subscribe at once':
      await Promise.all(next.plans.map(subscribe))
      return
    case 'pay': {
      const open = at(next.tab)
      if (open) await pay(open.url)
      return
    }
    case 'pay and subscribe at once': {
      const open = at(next.tab)
      await Promise.all([open && pay(open.url), subscribe(next.plan)])
      return
    }
    case 'expire at Stripe': {
      const session = at(next.tab)
      if (session) await api.stripe.checkout.sessions.expire(session.sessionId).catch(refusedByStripe)
      return
    }
    case 'die before the session is written down':
      await api.database.db.pool.query(
        `update billhook.reservations set stripe_session_id = null, checkout_url = null,
          created_at = created_at - interval '1 hour' where owner_id = $1 and status = 'open'`,
        [owner],
      )
  }
}

/** Refusals are answers too, as long as they are the contract's. */
function remember(tabs: { url: string; sessionId: string }[], answer: Answer): void {
  if (answer.status === 200) {
    const { checkout_url: url, session_id: sessionId } = answer.body as Record<string, string>
    tabs.push({ url: url ?? '', sessionId: sessionId ?? '' })
    return
  }
  const { code } = answer.body as { code: string }
  expect([
    [400, 'already_subscribed'],
    [409, 'request_in_progress'],
  ]).toContainEqual([answer.status, code])
}

function refusedByStripe(error: unknown): void {
  expect(error).toMatchObject({ type: 'StripeInvalidRequestError' })
}
