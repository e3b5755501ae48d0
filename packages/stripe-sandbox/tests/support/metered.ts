import type Stripe from 'stripe'
import { startShop } from './shop.ts'

/** A shop that sells API calls at 5 cents each, a customer with a card, and the means to use some. */
export async function startMetered(
  meter: Partial<Stripe.Billing.MeterCreateParams> = {},
  price: Partial<Stripe.PriceCreateParams> = {},
) {
  const shop = await startShop()
  const { stripe } = shop
  const calls = await stripe.billing.meters.create({
    display_name: 'API calls',
    event_name: 'api_call',
    default_aggregation: { formula: 'sum' },
    ...meter,
  })
  const metered = await stripe.prices.create({
    product: 'prod_demo_team',
    currency: 'usd',
    unit_amount: 5,
    recurring: { interval: 'month', usage_type: 'metered', meter: calls.id },
    ...price,
  })
  const { id: customer } = await shop.customerWithCard()
  await shop.newEvents()
  return {
    ...shop,
    meter: calls,
    price: metered,
    customer,
    subscribe: (parameters: Partial<Stripe.SubscriptionCreateParams> = {}) =>
      stripe.subscriptions.create({ customer, items: [{ price: metered.id }], ...parameters }),
    use: (value: number, others: Partial<Stripe.Billing.MeterEventCreateParams> = {}) =>
      stripe.billing.meterEvents.create({
        event_name: calls.event_name,
        payload: { stripe_customer_id: customer, value: String(value) },
        ...others,
      }),
    invoicesOf: async (subscription: string) =>
      (await stripe.invoices.list({ subscription, limit: 100 })).data,
  }
}
