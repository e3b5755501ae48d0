import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildLineTax } from '../objects/invoice-line-item.ts'
import { idOf } from '../store/tables.ts'
import { discountTerms } from './discounts.ts'
import { isInOwnCurrency, settleBalance } from './settle-balance.ts'
import { exemptionOf, type TaxExemption, taxabilityOf, taxTermsOf } from './tax-terms.ts'
import { computeTotals, type TotalLine } from './totals.ts'

/**
 * The invoice with its amounts: what its lines, discounts and tax rates come to, and what the customer's balance leaves due.
 * While it is a draft the balance is only looked at; finalizing takes it.
 */
export function withTotals(context: Context, invoice: Stripe.Invoice): Stripe.Invoice {
  const lines = invoice.lines.data
  const exemption = exemptionOf(invoice.customer_tax_exempt)
  const taxability = taxabilityOf(exemption)
  const totals = computeTotals(
    lines.map((line) => totalLine(context, line, invoice.currency, exemption)),
    invoice.discounts.flatMap(
      (discount) => discountTerms(context, idOf(discount) ?? '', invoice.currency) ?? [],
    ),
  )
  const customer = context.store.get('customer', idOf(invoice.customer) ?? '')
  const startingBalance = customer && isInOwnCurrency(customer, invoice.currency) ? customer.balance : 0
  const { dueMinor } = settleBalance(totals.totalMinor, startingBalance, invoice.currency)
  return {
    ...invoice,
    amount_due: dueMinor,
    amount_remaining: dueMinor,
    lines: {
      ...invoice.lines,
      data: lines.map((line, index) => {
        const total = totals.lines[index]
        return {
          ...line,
          discount_amounts: (total?.discountAmounts ?? []).map(wireDiscount),
          taxes: (total?.taxes ?? []).map((tax) =>
            buildLineTax(tax.taxRate, tax.isInclusive, tax.amountMinor, tax.taxableMinor, taxability),
          ),
        }
      }),
    },
    starting_balance: startingBalance,
    subtotal: totals.subtotalMinor,
    subtotal_excluding_tax: totals.subtotalExcludingTaxMinor,
    total: totals.totalMinor,
    total_discount_amounts: totals.discountAmounts.map(wireDiscount),
    total_excluding_tax: totals.totalExcludingTaxMinor,
    total_taxes: totals.taxes.map((tax) =>
      buildLineTax(tax.taxRate, tax.isInclusive, tax.amountMinor, tax.taxableMinor, taxability),
    ),
  }
}

function totalLine(
  context: Context,
  line: Stripe.InvoiceLineItem,
  currency: string,
  exemption: TaxExemption,
): TotalLine {
  return {
    amountMinor: line.amount,
    isDiscountable: line.discountable,
    product: line.pricing?.price_details?.product ?? null,
    discounts: line.discounts.flatMap(
      (discount) => discountTerms(context, idOf(discount) ?? '', currency) ?? [],
    ),
    taxRates: taxTermsOf(
      context,
      (line.taxes ?? []).map((tax) => tax.tax_rate_details?.tax_rate ?? ''),
      exemption,
    ),
  }
}

function wireDiscount({ discount, amountMinor }: { discount: string; amountMinor: number }) {
  return { amount: amountMinor, discount }
}
