import type { Stripe, StripeClient } from '../stripe/client.ts'
import { isAbsent } from '../stripe/errors.ts'

/*
 * A price can be sold in several currencies, and says what it costs in its own unless it is asked for the others too. That is below what Stripe
 * expands in a list (four levels), and in an answer to an invoice; and where it does, each row would carry all amounts of its price. So it is asked
 * for where it is needed: for a subscription in another currency than its price's.
 */

/** The subscription with what its price costs in its currency. */
export async function inOwnCurrency(
  stripe: StripeClient,
  subscription: Stripe.Subscription,
): Promise<Stripe.Subscription> {
  const [known = subscription] = await allInOwnCurrency(stripe, [subscription])
  return known
}

/** The same for a page of them, with one call for each price that is sold in another currency. */
export async function allInOwnCurrency(
  stripe: StripeClient,
  subscriptions: readonly Stripe.Subscription[],
): Promise<Stripe.Subscription[]> {
  const foreign = subscriptions.filter(isForeign).flatMap((each) => firstPrice(each)?.id ?? [])
  const asked = [...new Set(foreign)].map(async (id) => [id, await optionsOf(stripe, id)] as const)
  const known = new Map(await Promise.all(asked))
  return subscriptions.map((each) => (isForeign(each) ? withOptions(each, known) : each))
}

/** Whether an answer that has only the price as such says nothing of the amount. */
export function isForeign(subscription: Stripe.Subscription): boolean {
  const price = firstPrice(subscription)
  return price !== undefined && price.currency !== subscription.currency
}

/** What one costs in minor units, in the subscription's currency; null where that is not said. */
export function ownAmount({ currency }: Stripe.Subscription, price: Stripe.Price): number | null {
  if (price.currency === currency) return price.unit_amount ?? null
  return price.currency_options?.[currency]?.unit_amount ?? null
}

function firstPrice({ items }: Stripe.Subscription): Stripe.Price | undefined {
  return items.data[0]?.price
}

type Options = Stripe.Price['currency_options']

/** One that is gone says nothing, and that is no reason to take the subscription for gone. */
async function optionsOf(stripe: StripeClient, id: string): Promise<Options> {
  try {
    return (await stripe.prices.retrieve(id, { expand: ['currency_options'] })).currency_options
  } catch (error) {
    if (!isAbsent(error)) throw error
    return undefined
  }
}

function withOptions(
  subscription: Stripe.Subscription,
  known: ReadonlyMap<string, Options>,
): Stripe.Subscription {
  const { items } = subscription
  const data = items.data.map((item) => {
    const options = known.get(item.price.id)
    return options ? { ...item, price: { ...item.price, currency_options: options } } : item
  })
  return { ...subscription, items: { ...items, data } }
}
