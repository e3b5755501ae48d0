import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { discountTerms } from './discounts.ts'
import { isRecurring } from './invoice-lines.ts'
import type { CheckoutTerms } from './records.ts'
import { exemptionOf, type TaxExemption, taxTermsOf } from './tax-terms.ts'
import { computeTotals, type LineTotals, type TotalLine } from './totals.ts'
import { trialEndAt } from './trial.ts'

/**
 * The session with what it comes to now: its lines, the discount and the tax rates of its terms. Stored with its lines and with
 * the parts that are shown on request. During a trial the recurring lines cost nothing today and keep their price of later.
 *
 * What is computed here is charged, and the invoice that is made then computes the same again: so the lines are taken in the
 * invoice's order, recurring ones first, because rounding gives what is left over to the earlier line.
 */
export function priceCheckout(
  context: Context,
  session: Stripe.Checkout.Session,
  terms: CheckoutTerms,
): Stripe.Checkout.Session {
  const currency = session.currency ?? 'usd'
  const stored = context.store.get('checkout_line_items', session.id)?.data ?? []
  const isTrial = trialEndAt(terms.subscription, 0) !== null
  const billed = [...stored.filter(isOfSubscription), ...stored.filter((line) => !isOfSubscription(line))]
  const customer = context.store.get('customer', idOf(session.customer) ?? '')
  const exemption = exemptionOf(customer?.tax_exempt)
  const discount = terms.discount === null ? undefined : discountTerms(context, terms.discount, currency)
  const totals = computeTotals(
    billed.map((line) => totalLine(context, terms, line, isTrial, exemption)),
    discount === undefined ? [] : [discount],
  )
  const byLine = new Map(billed.map((line, index) => [line.id, totals.lines[index] ?? nothing]))
  context.store.put('checkout_line_items', {
    id: session.id,
    data: stored.map((line) =>
      isTrial && isOfSubscription(line) ? line : withAmounts(line, byLine.get(line.id) ?? nothing),
    ),
  })
  context.store.put('checkout_amounts', {
    id: session.id,
    discounts: totals.discountAmounts,
    taxes: totals.taxes,
    lines: stored.map((line) => ({ id: line.id, ...(byLine.get(line.id) ?? nothing) })),
  })
  const priced: Stripe.Checkout.Session = {
    ...session,
    amount_subtotal: totals.subtotalMinor,
    amount_total: totals.totalMinor,
    total_details: {
      amount_discount: sum(totals.discountAmounts),
      amount_shipping: 0,
      amount_tax: sum(totals.taxes),
    },
  }
  context.store.put('checkout.session', priced)
  return priced
}

const nothing: LineTotals = { discountAmounts: [], taxes: [] }

function totalLine(
  context: Context,
  terms: CheckoutTerms,
  line: Stripe.LineItem,
  isTrial: boolean,
  exemption: TaxExemption,
): TotalLine {
  const product = line.price?.product
  const own = terms.taxRates[line.id] ?? []
  return {
    amountMinor: isTrial && isOfSubscription(line) ? 0 : line.amount_subtotal,
    isDiscountable: true,
    product: typeof product === 'string' ? product : null,
    discounts: [],
    taxRates: taxTermsOf(
      context,
      own.length > 0 ? own : (terms.subscription?.defaultTaxRates ?? []),
      exemption,
    ),
  }
}

function withAmounts(line: Stripe.LineItem, { discountAmounts, taxes }: LineTotals): Stripe.LineItem {
  const discountMinor = sum(discountAmounts)
  const exclusiveMinor = sum(taxes.filter((tax) => !tax.isInclusive))
  return {
    ...line,
    amount_discount: discountMinor,
    amount_tax: sum(taxes),
    amount_total: line.amount_subtotal - discountMinor + exclusiveMinor,
  }
}

function isOfSubscription(line: Stripe.LineItem): boolean {
  return line.price !== null && isRecurring(line.price)
}

function sum(amounts: readonly { amountMinor: number }[]): number {
  return amounts.reduce((total, { amountMinor }) => total + amountMinor, 0)
}
