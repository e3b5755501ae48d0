import { oneInvoice, oneSubscription } from './found.ts'
import type { Person, World } from './live-a-year.ts'
import { pauseCollection, pauseSubscription, resumeSubscription, stopPausingCollection } from './pauses.ts'
import {
  buyByDebit,
  buyOnce,
  callDebitBack,
  getBadBank,
  getBadCard,
  getGoodBank,
  getGoodCard,
  payOnce,
} from './wallet.ts'

/** What somebody may do in a week. Each takes what it finds; what does not apply is done by doing nothing. */
type Deed = (world: World, person: Person) => Promise<void>

export const deeds: readonly Deed[] = [
  subscribe,
  subscribe,
  subscribe,
  subscribeSinceThen,
  changePlan,
  changePlan,
  changeQuantity,
  cancelAtPeriodEnd,
  stay,
  cancelNow,
  pauseCollection,
  stopPausingCollection,
  pauseSubscription,
  pauseSubscription,
  resumeSubscription,
  resumeSubscription,
  getGoodCard,
  getGoodCard,
  getBadCard,
  getGoodBank,
  getBadBank,
  payOpenInvoice,
  voidInvoice,
  giveUpInvoice,
  refund,
  refund,
  buyOnce,
  buyOnce,
  buyByDebit,
  callDebitBack,
  dispute,
  takeCredit,
]

async function subscribe(
  { stripe, random, prices, coupons }: World,
  { id, currency }: Person,
): Promise<void> {
  await stripe.subscriptions.create({
    customer: id,
    items: [{ price: random.pick(prices[currency] ?? []).id, quantity: random.whole(1, 4) }],
    payment_behavior: random.pick(['allow_incomplete', 'default_incomplete', 'error_if_incomplete']),
    ...(random.happens(0.3) ? { trial_period_days: random.whole(1, 40) } : {}),
    ...(random.happens(0.3) ? { discounts: [{ coupon: random.pick(coupons).id }] } : {}),
  })
}

/** Somebody who began long ago, and comes from another system; some pay on a day that they chose. */
async function subscribeSinceThen(
  { sandbox, stripe, random, prices }: World,
  { id, currency }: Person,
): Promise<void> {
  const now = sandbox.now()
  await stripe.subscriptions.create({
    customer: id,
    items: [{ price: random.pick(prices[currency] ?? []).id, quantity: random.whole(1, 4) }],
    backdate_start_date: now - random.whole(1, 100 * 24 * 3600),
    payment_behavior: random.pick(['allow_incomplete', 'default_incomplete', 'error_if_incomplete']),
    proration_behavior: random.pick(['create_prorations', 'none']),
    ...(random.happens(0.4) ? { billing_cycle_anchor: now + random.whole(1, 6 * 24 * 3600) } : {}),
  })
}

async function changePlan(world: World, person: Person): Promise<void> {
  const { stripe, random, prices } = world
  for (const { id, items } of await oneSubscription(world, person)) {
    const price = random.pick(prices[person.currency] ?? []).id
    await stripe.subscriptions.update(id, {
      items: [{ id: items.data[0]?.id ?? '', price }],
      proration_behavior: random.pick(['create_prorations', 'always_invoice', 'none']),
      payment_behavior: random.pick(['allow_incomplete', 'error_if_incomplete', 'pending_if_incomplete']),
    })
  }
}

async function changeQuantity(world: World, person: Person): Promise<void> {
  for (const { id, items } of await oneSubscription(world, person)) {
    await world.stripe.subscriptions.update(id, {
      items: [{ id: items.data[0]?.id ?? '', quantity: world.random.whole(1, 9) }],
    })
  }
}

async function cancelAtPeriodEnd(world: World, person: Person): Promise<void> {
  for (const { id } of await oneSubscription(world, person)) {
    await world.stripe.subscriptions.update(id, { cancel_at_period_end: true })
  }
}

async function stay(world: World, person: Person): Promise<void> {
  for (const { id } of await oneSubscription(world, person)) {
    await world.stripe.subscriptions.update(id, { cancel_at_period_end: false })
  }
}

async function cancelNow(world: World, person: Person): Promise<void> {
  const { stripe, random } = world
  for (const { id } of await oneSubscription(world, person)) {
    await stripe.subscriptions.cancel(id, { prorate: random.happens(0.5), invoice_now: random.happens(0.5) })
  }
}

async function payOpenInvoice(world: World, person: Person): Promise<void> {
  for (const { id } of await oneInvoice(world, person, 'open')) {
    await world.stripe.invoices.pay(id ?? '')
  }
}

async function voidInvoice(world: World, person: Person): Promise<void> {
  for (const { id } of await oneInvoice(world, person, 'open')) {
    await world.stripe.invoices.voidInvoice(id ?? '')
  }
}

async function giveUpInvoice(world: World, person: Person): Promise<void> {
  for (const { id } of await oneInvoice(world, person, 'open')) {
    await world.stripe.invoices.markUncollectible(id ?? '')
  }
}

async function refund({ stripe, random }: World, { id }: Person): Promise<void> {
  const { data } = await stripe.charges.list({ customer: id, limit: 20 })
  if (data.length === 0) return
  const { id: charge, amount } = random.pick(data)
  await stripe.refunds.create({
    charge,
    ...(random.happens(0.5) ? { amount: Math.max(10, Math.round(amount * random.next() * 0.1) * 10) } : {}),
  })
}

/** Disputed, and defended or not; where it is not, the bank decides when its time is over. */
async function dispute(world: World, person: Person): Promise<void> {
  const { stripe, random } = world
  const intent = await payOnce(world, person, 'pm_card_createDispute')
  const { data } = await stripe.disputes.list({ payment_intent: intent })
  for (const { id } of data) {
    const evidence = random.pick(['winning_evidence', 'losing_evidence', null])
    if (evidence !== null) await stripe.disputes.update(id, { evidence: { uncategorized_text: evidence } })
  }
}

async function takeCredit({ stripe, random }: World, { id }: Person): Promise<void> {
  const customer = await stripe.customers.retrieve(id)
  // A balance has the currency of what was bought first.
  if (customer.deleted || customer.currency === null) return
  await stripe.customers.update(id, { balance: customer.balance - random.whole(1, 300) * 10 })
}
