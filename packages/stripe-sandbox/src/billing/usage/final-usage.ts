import type Stripe from 'stripe'
import type { Context } from '../../context.ts'
import { idOf } from '../../store/tables.ts'
import { draftInvoice } from '../draft-invoice.ts'
import { isMetered } from './metered.ts'
import { usageLine } from './usage-lines.ts'

/**
 * Bills what was used in the last period of a subscription that has come to its planned end: a draft, collected as a renewal's is.
 * Without usage there is no invoice.
 */
export function billFinalUsage(context: Context, ended: Stripe.Subscription): void {
  const customer = context.store.get('customer', idOf(ended.customer) ?? '')
  const metered = ended.items.data.filter((item) => isMetered(item.price))
  if (customer === undefined || metered.length === 0) return
  const now = context.clock.now()
  const until = ended.ended_at ?? now
  const invoice = context.ids.newId('in_')
  const isFree = ended.trial_end !== null && ended.trial_end >= until
  const lines = metered
    .map((item) => usageLine(context, item, { invoice, subscription: ended, until, isFree }))
    .filter(({ quantity }) => quantity !== 0)
  if (lines.length === 0) return
  const draft = draftInvoice(context, {
    id: invoice,
    lines,
    customer,
    currency: ended.currency,
    billingReason: 'subscription_cycle',
    subscription: ended,
    periodStart: Math.min(...lines.map(({ period }) => period.start)),
    periodEnd: until,
    discounts: ended.discounts.flatMap((discount) => idOf(discount) ?? []),
    defaultTaxRates: ended.default_tax_rates ?? [],
    collectionMethod: ended.collection_method,
    finalizesAt: now + context.settings.finalizeAfterSeconds,
  })
  context.store.put('subscription', { ...ended, latest_invoice: draft.id })
  context.emit('invoice.created', draft)
}
