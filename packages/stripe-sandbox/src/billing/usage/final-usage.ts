import type Stripe from 'stripe'
import type { Context } from '../../context.ts'
import { idOf } from '../../store/tables.ts'
import { draftInvoice } from '../draft-invoice.ts'
import { isMetered } from './metered.ts'
import { usageLine } from './usage-lines.ts'

/**
 * Bills what was used of a subscription that has come to its planned end, in its last period or waiting from before: a draft, collected as
 * a renewal's is. Without usage there is no invoice.
 */
export function billFinalUsage(context: Context, ended: Stripe.Subscription): void {
  const customer = context.store.get('customer', idOf(ended.customer) ?? '')
  const metered = ended.items.data.filter((item) => isMetered(item.price))
  if (customer === undefined) return
  const now = context.clock.now()
  const until = ended.ended_at ?? now
  const invoice = context.ids.newId('in_')
  const isFree = ended.trial_end !== null && ended.trial_end >= until
  const lines = metered
    .map((item) => usageLine(context, item, { invoice, subscription: ended, until, isFree }))
    .filter(({ quantity }) => quantity !== 0)
  if (lines.length === 0 && !hasWaitingUsage(context, ended, customer.id)) return
  const draft = draftInvoice(context, {
    id: invoice,
    lines,
    customer,
    currency: ended.currency,
    billingReason: 'subscription_cycle',
    subscription: ended,
    periodStart: Math.min(until, ...lines.map(({ period }) => period.start)),
    periodEnd: until,
    discounts: ended.discounts.flatMap((discount) => idOf(discount) ?? []),
    defaultTaxRates: ended.default_tax_rates ?? [],
    collectionMethod: ended.collection_method,
    finalizesAt: now + context.settings.finalizeAfterSeconds,
  })
  context.store.put('subscription', { ...ended, latest_invoice: draft.id })
  context.emit('invoice.created', draft)
}

function hasWaitingUsage({ store }: Context, { id }: Stripe.Subscription, customer: string): boolean {
  for (const item of store.where('invoiceitem', 'pending', customer)) {
    const price = store.get('price', idOf(item.pricing?.price_details?.price) ?? '')
    if (item.parent?.subscription_details?.subscription === id && price && isMetered(price)) return true
  }
  return false
}
