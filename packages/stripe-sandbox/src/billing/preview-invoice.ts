import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildInvoice } from '../objects/invoice.ts'
import { idOf } from '../store/tables.ts'
import { sandboxAccount } from './account.ts'
import { earliestPeriodEnd } from './cancel-subscription.ts'
import { invoiceLine } from './invoice-lines.ts'
import { periodEnd } from './periods.ts'
import { cadenceOf } from './prices.ts'

/**
 * The invoice of the next renewal, as if nothing changed until then. It is not stored; its id begins with `upcoming_in_`.
 * Undefined when no renewal is coming: the subscription has ended, waits for its first payment, or will end before.
 */
export function previewNextInvoice(
  context: Context,
  subscription: Stripe.Subscription,
): Stripe.Invoice | undefined {
  const customer = context.store.get('customer', idOf(subscription.customer) ?? '')
  const renewsAt = earliestPeriodEnd(subscription)
  if (customer === undefined || !['active', 'trialing', 'past_due', 'unpaid'].includes(subscription.status)) {
    return undefined
  }
  if (subscription.cancel_at !== null && subscription.cancel_at <= renewsAt) return undefined
  const id = `upcoming_in_${context.ids.randomText(24)}`
  const renewing = subscription.items.data.filter((item) => item.current_period_end === renewsAt)
  const lines = renewing.map((item) =>
    invoiceLine(
      context,
      { price: item.price, quantity: item.quantity ?? 1, metadata: item.metadata },
      {
        invoice: id,
        subscription: subscription.id,
        subscriptionItem: item.id,
        metadata: subscription.metadata,
        period: {
          start: renewsAt,
          end: periodEnd(subscription.billing_cycle_anchor, renewsAt, cadenceOf(item.price)),
        },
        isTrial: false,
      },
    ),
  )
  const preview = buildInvoice({
    id,
    lines,
    customer,
    currency: subscription.currency,
    created: renewsAt,
    billingReason: 'upcoming',
    subscription: { id: subscription.id, metadata: subscription.metadata },
    periodStart: Math.min(...renewing.map((item) => item.current_period_start)),
    periodEnd: renewsAt,
    account: sandboxAccount,
  })
  // Stripe finalizes and charges a renewal about an hour after it drafts it.
  return { ...preview, next_payment_attempt: renewsAt + 3600 }
}
