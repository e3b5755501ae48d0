import type Stripe from 'stripe'

/** Makes customers with one paid monthly subscription each; owners are `owner_0` to `owner_<count - 1>`. @param lanes calls at a time */
export async function addSubscribers(stripe: Stripe, count: number, lanes: number): Promise<void> {
  const price = await stripe.prices.create({
    ...{ unit_amount: 2_900, currency: 'usd', recurring: { interval: 'month' } },
    product_data: { name: 'Plan' },
  })
  let next = 0
  const lane = async () => {
    while (next < count) {
      const customer = await stripe.customers.create({ metadata: { billhook_owner_id: `owner_${next++}` } })
      const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id })
      await stripe.subscriptions.create({
        ...{ customer: customer.id, items: [{ price: price.id }], default_payment_method: method.id },
      })
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}
