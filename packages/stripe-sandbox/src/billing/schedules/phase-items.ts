import type Stripe from 'stripe'
import type { Context } from '../../context.ts'
import { buildInvoiceItem } from '../../objects/invoice-item.ts'
import { buildSubscriptionItem } from '../../objects/subscription-item.ts'
import { idOf } from '../../store/tables.ts'
import { lineAmountMinor, productName } from '../prices.ts'
import { customerOf } from '../renew-subscription.ts'
import { isMetered } from '../usage/metered.ts'
import { discountsOfPhase } from './phase-discounts.ts'

type Phase = Stripe.SubscriptionSchedule.Phase

/** The subscription's items in a phase. An item stays as long as its price does; what is new has no period yet. */
export function itemsOfPhase(
  context: Context,
  phase: Phase,
  before: Stripe.Subscription,
): Stripe.SubscriptionItem[] {
  const now = context.clock.now()
  return phase.items.map((wanted) => {
    const price = phasePrice(context, wanted.price)
    const item =
      before.items.data.find((each) => each.price.id === price.id) ??
      buildSubscriptionItem(context.ids, {
        subscription: before.id,
        price,
        quantity: wanted.quantity ?? 1,
        created: now,
        periodStart: now,
        periodEnd: now,
      })
    return {
      ...item,
      discounts: discountsOfPhase(context, item.discounts, wanted.discounts, {
        customer: idOf(before.customer),
        subscription: before.id,
        subscriptionItem: item.id,
      }),
      metadata: wanted.metadata ?? {},
      ...(isMetered(price) ? {} : { quantity: wanted.quantity ?? 1 }),
      tax_rates: [...(wanted.tax_rates ?? [])],
    }
  })
}

export function phasePrice(
  context: Context,
  reference: Stripe.SubscriptionSchedule.Phase.Item['price'],
): Stripe.Price {
  const id = idOf(reference) ?? ''
  const price = context.store.get('price', id)
  if (price === undefined) throw new Error(`a phase bills price ${id}, which is not there`)
  return price
}

/** What a phase sells once, as invoice items that wait for the next invoice. */
export function addPhaseInvoiceItems(
  context: Context,
  subscription: Stripe.Subscription,
  additions: readonly Stripe.SubscriptionSchedule.Phase.AddInvoiceItem[],
): void {
  const now = context.clock.now()
  for (const addition of additions) {
    const price = phasePrice(context, addition.price)
    const quantity = addition.quantity ?? 1
    const item = buildInvoiceItem(context.ids, {
      customer: customerOf(context, subscription),
      amountMinor: lineAmountMinor(price, quantity),
      currency: price.currency,
      description: productName(context, price),
      date: now,
      period: { start: now, end: now },
      price,
      unitAmountDecimal: price.unit_amount_decimal,
      quantity,
      subscription: subscription.id,
      subscriptionItem: null,
      isProration: false,
      isDiscountable: true,
      taxRates: addition.tax_rates ?? [],
      metadata: addition.metadata ?? {},
    })
    context.store.put('invoiceitem', item)
    context.emit('invoiceitem.created', item)
  }
}
