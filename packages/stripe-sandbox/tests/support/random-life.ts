import fc from 'fast-check'
import Stripe from 'stripe'
import type { Sandbox } from '../../src/index.ts'

/** One thing that the shop, its buyer or time does. */
export type Act =
  | { kind: 'subscribe'; how: (typeof beginnings)[number] }
  | { kind: 'wait'; hours: number }
  | { kind: 'card'; card: (typeof cards)[number] }
  | { kind: 'do'; what: (typeof deeds)[number] }

const cards = ['pm_card_visa', 'pm_card_chargeCustomerFail', 'pm_card_authenticationRequired'] as const

const beginnings = [
  'plainly',
  'in trial',
  'in trial, cancel without card',
  'in trial, pause without card',
  'unpaid at first',
  'by invoice',
  'through a schedule',
] as const

const deeds = [
  'add a seat',
  'another plan',
  'cancel',
  'cancel at the end',
  'do not cancel',
  'end the trial',
  'extend the trial',
  'no card',
  'pause',
  'pause collection',
  'pay',
  'plan the end',
  'release',
  'resume',
  'resume when paid',
  'void',
] as const

export const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('subscribe'), how: fc.constantFrom(...beginnings) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('wait'), hours: fc.constantFrom(1, 25, 24 * 5, 24 * 16) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('card'), card: fc.constantFrom(...cards) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('do'), what: fc.constantFrom(...deeds) }) },
)

/** Does what was drawn, to the customer's newest subscription. What Stripe refuses is no harm: then nothing happened. */
export async function live(sandbox: Sandbox, stripe: Stripe, customer: string, next: Act): Promise<void> {
  try {
    switch (next.kind) {
      case 'subscribe':
        return await subscribe(stripe, customer, next.how)
      case 'wait':
        return await sandbox.advance({ hours: next.hours })
      case 'card':
        return await changeCard(stripe, customer, next.card)
      case 'do': {
        const [newest] = (await stripe.subscriptions.list({ customer, status: 'all', limit: 1 })).data
        return newest && (await doTo(stripe, customer, newest, next.what))
      }
    }
  } catch (error) {
    if (error instanceof Stripe.errors.StripeAPIError || !(error instanceof Stripe.errors.StripeError))
      throw error
  }
}

async function changeCard(stripe: Stripe, customer: string, method: string): Promise<void> {
  const card = await stripe.paymentMethods.attach(method, { customer })
  await stripe.customers.update(customer, { invoice_settings: { default_payment_method: card.id } })
}

async function subscribe(stripe: Stripe, customer: string, how: (typeof beginnings)[number]): Promise<void> {
  const items = [{ price: 'price_demo_team_monthly' }]
  const trial = (missing: 'cancel' | 'create_invoice' | 'pause') => ({
    trial_period_days: 6,
    trial_settings: { end_behavior: { missing_payment_method: missing } },
  })
  const parameters: Record<typeof how, Partial<Stripe.SubscriptionCreateParams> | null> = {
    plainly: {},
    'in trial': trial('create_invoice'),
    'in trial, cancel without card': trial('cancel'),
    'in trial, pause without card': trial('pause'),
    'unpaid at first': { payment_behavior: 'default_incomplete' },
    'by invoice': { collection_method: 'send_invoice', days_until_due: 3 },
    'through a schedule': null,
  }
  const chosen = parameters[how]
  if (chosen) await stripe.subscriptions.create({ customer, items, ...chosen })
  else {
    const month = { interval: 'month' }
    const phases = [
      { items, duration: month },
      { items: [{ price: 'price_demo_starter_monthly' }], duration: month },
    ]
    await stripe.subscriptionSchedules.create({ customer, phases, end_behavior: 'cancel' })
  }
}

async function doTo(
  stripe: Stripe,
  customer: string,
  subscription: Stripe.Subscription,
  what: (typeof deeds)[number],
): Promise<void> {
  const { id } = subscription
  const item = subscription.items.data[0]?.id ?? ''
  const invoice = String(subscription.latest_invoice)
  const calls: Record<typeof what, () => Promise<unknown>> = {
    'add a seat': () => stripe.subscriptions.update(id, { items: [{ id: item, quantity: 2 }] }),
    'another plan': () =>
      stripe.subscriptions.update(id, { items: [{ id: item, price: 'price_demo_team_yearly' }] }),
    cancel: () => stripe.subscriptions.cancel(id),
    'cancel at the end': () => stripe.subscriptions.update(id, { cancel_at_period_end: true }),
    'do not cancel': () => stripe.subscriptions.update(id, { cancel_at_period_end: false }),
    'end the trial': () => stripe.subscriptions.update(id, { trial_end: 'now' }),
    'extend the trial': () =>
      stripe.subscriptions.update(id, {
        trial_end: (subscription.items.data[0]?.current_period_end ?? 0) + 86_400,
        proration_behavior: 'none',
      }),
    'no card': async () => {
      const { data } = await stripe.paymentMethods.list({ customer })
      for (const card of data) await stripe.paymentMethods.detach(card.id)
    },
    pause: () => stripe.subscriptions.pause(id),
    'pause collection': () => stripe.subscriptions.update(id, { pause_collection: { behavior: 'void' } }),
    pay: () => stripe.invoices.pay(invoice),
    'plan the end': () => stripe.subscriptionSchedules.create({ from_subscription: id }),
    release: () => stripe.subscriptionSchedules.release(String(subscription.schedule)),
    resume: () => stripe.subscriptions.resume(id),
    'resume when paid': () =>
      stripe.subscriptions.resume(id, { payment_behavior: 'resume_on_payment_success' }),
    void: () => stripe.invoices.voidInvoice(invoice),
  }
  await calls[what]()
}
