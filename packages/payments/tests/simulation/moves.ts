import type { Stripe } from '../../src/stripe/client.ts'
import { pay } from '../support/shop.ts'
import type { Card, DashboardMove, Move } from './schedule.ts'
import { OWNERS, type Owner, type World } from './world.ts'

const CARDS: Record<Card, string> = {
  good: '4242 4242 4242 4242',
  declined: '4000 0000 0000 0002',
  'fails later': '4000 0000 0000 0341',
  disputed: '4000 0000 0000 0259',
}

/** Does one move to its end. A request to a replica that is not there, or a change that Stripe refuses, comes to nothing. */
export async function doMove(world: World, move: Move): Promise<void> {
  switch (move.do) {
    case 'subscribe':
      return await checkOut(world, move, '/payments/create-checkout-session', {
        price_id: world.shop.plans[move.item % 2],
      })
    case 'buy':
      return await checkOut(world, move, '/payments/create-checkout-session-onetime', world.shop.oneTime)
    case 'pay': {
      const handed = world.handed[ownerOf(move.owner)]
      const checkout = handed[handed.length - 1 - (move.which % Math.max(handed.length, 1))]
      if (checkout) await world.atOnce(pay(checkout.url, CARDS[move.card]))
      return
    }
    case 'confirm': {
      const checkout = world.handed[ownerOf(move.owner)].at(-1)
      if (!checkout) return
      await ask(world, move, 'POST', '/payments/confirm-checkout-session', {
        session_id: checkout.sessionId,
      })
      return
    }
    case 'cancel':
      await ask(world, move, 'POST', '/payments/cancel-subscription')
      return
    case 'read':
      await ask(world, move, 'GET', '/payments/get-user-subscription')
      return
    case 'wait':
      return await world.atOnce(world.moveTimeTo(world.time.nowMs + move.seconds * 1000))
    case 'skew': {
      const replica = world.replica(move.replica)
      if (replica) replica.clock.skewMs = move.seconds * 1000
      return
    }
    case 'break database': {
      const replica = world.replica(move.replica)
      if (replica) world.gate.breakLine(replica.name, 'database')
      return
    }
    default:
      return await world.atOnce(changeAtStripe(world, ownerOf(move.owner), move.do).catch(unlessRefused))
  }
}

export function ownerOf(number: number): Owner {
  return OWNERS[number % OWNERS.length] ?? OWNERS[0]
}

type Request = { do: string; owner: number; replica: number }

async function checkOut(world: World, move: Request, path: string, body: object): Promise<void> {
  const answer = await ask(world, move, 'POST', path, body)
  if (answer?.status !== 200) return
  const { checkout_url: url, session_id: sessionId } = answer.body
  world.handed[ownerOf(move.owner)].push({ url: String(url), sessionId: String(sessionId) })
}

async function ask(world: World, move: Request, method: string, path: string, body?: object) {
  const owner = ownerOf(move.owner)
  const answer = await world.replica(move.replica)?.ask(method, path, owner, body)
  if (answer) world.answers.push({ what: `${move.do} of ${owner}`, status: answer.status, code: answer.code })
  return answer
}

function unlessRefused(error: unknown): void {
  const type = error instanceof Error && 'type' in error ? error.type : ''
  if (type !== 'StripeInvalidRequestError' && type !== 'StripeCardError') throw error
}

async function changeAtStripe(world: World, owner: Owner, what: DashboardMove): Promise<void> {
  const { stripe, shop } = world
  if (what === 'rename product') {
    await stripe.products.update(shop.planProduct, { name: `Plan of ${world.time.nowMs}` })
    return
  }
  const [customer] = world.customersOf(owner)
  if (!customer) return
  const subscription = liveSubscriptionOf(world, customer.id)
  switch (what) {
    case 'change plan': {
      const item = subscription?.items.data[0]
      if (!subscription || !item) return
      const price = shop.plans[item.price.id === shop.plans[0] ? 1 : 0]
      await stripe.subscriptions.update(subscription.id, { items: [{ id: item.id, price }] })
      return
    }
    case 'cancel at period end':
      if (subscription) await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true })
      return
    case 'cancel now':
      if (subscription) await stripe.subscriptions.cancel(subscription.id)
      return
    case 'second subscription': {
      const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id })
      await stripe.subscriptions.create({
        ...{ customer: customer.id, items: [{ price: shop.plans[0] }], default_payment_method: method.id },
      })
      return
    }
    case 'refund a part':
    case 'refund all': {
      const payment = await latestPaymentOf(world, customer.id)
      const part = what === 'refund a part' ? { amount: 100 } : {}
      if (payment) await stripe.refunds.create({ payment_intent: payment, ...part })
      return
    }
    case 'lose dispute': {
      const payment = await latestPaymentOf(world, customer.id)
      const [dispute] = payment ? (await stripe.disputes.list({ payment_intent: payment })).data : []
      if (dispute) await stripe.disputes.close(dispute.id)
      return
    }
    case 'change address':
      await stripe.customers.update(customer.id, { email: `${owner}.${world.time.nowMs}@new.example` })
      return
    case 'delete customer':
      await stripe.customers.del(customer.id)
      return
    default:
      throw new Error(`There is no move ${what satisfies never}`)
  }
}

function liveSubscriptionOf(world: World, customerId: string): Stripe.Subscription | undefined {
  const all = [...world.sandbox.context.store.where('subscription', 'customer', customerId)]
  return all.find(({ status }) => status !== 'canceled' && status !== 'incomplete_expired')
}

async function latestPaymentOf({ stripe }: World, customer: string): Promise<string | undefined> {
  return (await stripe.paymentIntents.list({ customer, limit: 1 })).data[0]?.id
}
