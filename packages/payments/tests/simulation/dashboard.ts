import type { Stripe } from '../../src/stripe/client.ts'
import { isLiveAtStripe } from './oracle/live.ts'
import {
  type DashboardMove,
  INVOICE_MOVES,
  type InvoiceMove,
  SUBSCRIPTION_MOVES,
  type SubscriptionMove,
} from './schedule.ts'
import type { Owner, World } from './world.ts'

/** Longer than the time before its end at which a trial is announced. */
const TRIAL_SECONDS = 5 * 86_400

/** One change in the dashboard or the portal. What Stripe refuses comes to nothing. */
export async function changeAtStripe(world: World, owner: Owner, what: DashboardMove): Promise<void> {
  try {
    await change(world, owner, what)
  } catch (error) {
    const type = error instanceof Error && 'type' in error ? error.type : ''
    if (type !== 'StripeInvalidRequestError' && type !== 'StripeCardError') throw error
  }
}

async function change(world: World, owner: Owner, what: DashboardMove): Promise<void> {
  const { stripe, shop } = world
  if (what === 'rename product') {
    await stripe.products.update(shop.planProduct, { name: `Plan of ${world.time.nowMs}` })
    return
  }
  const [customer] = world.customersOf(owner)
  if (!customer) return
  const subscription = liveSubscriptionOf(world, customer.id)
  if (isOfSubscription(what)) {
    if (subscription) await changeSubscription(world, subscription, what)
    return
  }
  if (isOfInvoice(what)) {
    const invoice = openInvoiceOf(world, customer.id)
    if (invoice) await settle(world, customer.id, invoice, what)
    return
  }
  switch (what) {
    case 'break card':
      return await useCard(world, customer.id, subscription, 'pm_card_chargeCustomerFail')
    case 'card asks the bank':
      return await useCard(world, customer.id, subscription, 'pm_card_authenticationRequired')
    case 'fix card':
      return await useCard(world, customer.id, subscription, 'pm_card_visa')
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

async function changeSubscription(
  { stripe, shop, time, sandbox }: World,
  { id, items }: Stripe.Subscription,
  what: SubscriptionMove,
): Promise<void> {
  const [item] = items.data
  if (!item) return
  switch (what) {
    case 'change plan': {
      const price = shop.plans[item.price.id === shop.plans[0] ? 1 : 0]
      await stripe.subscriptions.update(id, { items: [{ id: item.id, price }] })
      return
    }
    case 'move to a new product': {
      const price = await sellAnotherPlan(stripe, `Plan of ${time.nowMs}`)
      await stripe.subscriptions.update(id, { items: [{ id: item.id, price }] })
      return
    }
    case 'add a seat':
      await stripe.subscriptions.update(id, {
        ...{
          items: [{ id: item.id, quantity: (item.quantity ?? 0) + 1 }],
          proration_behavior: 'always_invoice',
        },
      })
      return
    case 'cancel at period end':
      await stripe.subscriptions.update(id, { cancel_at_period_end: true })
      return
    case 'cancel now':
      await stripe.subscriptions.cancel(id)
      return
    case 'start trial':
      await stripe.subscriptions.update(id, {
        ...{ trial_end: sandbox.now() + TRIAL_SECONDS, proration_behavior: 'none' },
      })
      return
    case 'pause':
      await stripe.subscriptions.pause(id, {
        ...{ type: 'subscription', bill_for: { unused_time_from: { type: 'none' } } },
      })
      return
    case 'resume':
      await stripe.subscriptions.resume(id, {
        ...{ billing_cycle_anchor: { type: 'unchanged' }, proration_behavior: 'none' },
      })
      return
    case 'pause collection':
      await stripe.subscriptions.update(id, { pause_collection: { behavior: 'void' } })
      return
    case 'resume collection':
      await stripe.subscriptions.update(id, { pause_collection: '' })
      return
    default:
      throw new Error(`There is no move ${what satisfies never}`)
  }
}

async function settle(
  { stripe }: World,
  customer: string,
  { id }: Stripe.Invoice,
  what: InvoiceMove,
): Promise<void> {
  switch (what) {
    case 'pay invoice': {
      const method = await stripe.paymentMethods.attach('pm_card_visa', { customer })
      await stripe.invoices.pay(id, { payment_method: method.id })
      return
    }
    case 'void invoice':
      await stripe.invoices.voidInvoice(id)
      return
    case 'write off invoice':
      await stripe.invoices.markUncollectible(id)
      return
    default:
      throw new Error(`There is no move ${what satisfies never}`)
  }
}

/** A product that no mirror has yet, with a feature of its own. Answers its price. */
async function sellAnotherPlan(stripe: World['stripe'], name: string): Promise<string> {
  const product = await stripe.products.create({
    ...{ name, marketing_features: [{ name: 'Exports' }, { name: 'Reports' }] },
  })
  const { id } = await stripe.prices.create({
    ...{ product: product.id, unit_amount: 1_400, currency: 'usd', recurring: { interval: 'month' } },
  })
  return id
}

/** From now on this card pays. */
async function useCard(
  { stripe }: World,
  customer: string,
  subscription: Stripe.Subscription | undefined,
  card: string,
): Promise<void> {
  const { id } = await stripe.paymentMethods.attach(card, { customer })
  await stripe.customers.update(customer, { invoice_settings: { default_payment_method: id } })
  if (subscription) await stripe.subscriptions.update(subscription.id, { default_payment_method: id })
}

function isOfSubscription(what: DashboardMove): what is SubscriptionMove {
  return SUBSCRIPTION_MOVES.some((each) => each === what)
}

function isOfInvoice(what: DashboardMove): what is InvoiceMove {
  return INVOICE_MOVES.some((each) => each === what)
}

function liveSubscriptionOf({ sandbox }: World, customerId: string): Stripe.Subscription | undefined {
  const all = [...sandbox.context.store.where('subscription', 'customer', customerId)]
  return all.find(({ status }) => isLiveAtStripe(status))
}

/** The newest. */
function openInvoiceOf({ sandbox }: World, customerId: string): Stripe.Invoice | undefined {
  const all = [...sandbox.context.store.where('invoice', 'customer', customerId)]
  return all.filter(({ status }) => status === 'open').toSorted((a, b) => b.created - a.created)[0]
}

async function latestPaymentOf({ stripe }: World, customer: string): Promise<string | undefined> {
  return (await stripe.paymentIntents.list({ customer, limit: 1 })).data[0]?.id
}
