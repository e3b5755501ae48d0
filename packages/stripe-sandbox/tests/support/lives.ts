import type Stripe from 'stripe'
import type { SandboxOptions } from '../../src/index.ts'
import { startShop } from './shop.ts'

/** A shop with one subscriber, and the means to let time pass and see what it did. */
export async function startLife(
  subscription: Partial<Stripe.SubscriptionCreateParams> = {},
  options: SandboxOptions = {},
) {
  const shop = await startShop(options)
  const { stripe, sandbox } = shop
  const customer = await shop.customerWithCard()
  const born = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: 'price_demo_team_monthly' }],
    ...subscription,
  })
  await shop.newEvents()

  /** Lets time pass and gives what happened: `type status` with the moment, oldest first. */
  async function pass(by: Parameters<typeof sandbox.advance>[0]): Promise<string[]> {
    await sandbox.advance(by)
    return (await shop.newEvents()).map(line)
  }

  /** Makes another card the one that pays from now on. */
  async function changeCard(paymentMethod: string): Promise<void> {
    const card = await stripe.paymentMethods.attach(paymentMethod, { customer: customer.id })
    await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: card.id } })
  }

  return {
    ...shop,
    customer,
    born,
    pass,
    changeCard,
    now: () => stripe.subscriptions.retrieve(born.id),
    item: born.items.data[0] as Stripe.SubscriptionItem,
    invoices: async () => (await stripe.invoices.list({ subscription: born.id, limit: 100 })).data,
  }
}

/** `2027-02-28T13:00:00 invoice.paid` */
export function line(event: Stripe.Event): string {
  return `${iso(event.created)} ${event.type}`
}

/** `2027-02-28T13:00:00` */
export function iso(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toISOString().slice(0, 19)
}
