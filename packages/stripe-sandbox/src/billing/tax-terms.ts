import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import type { TaxTerms } from './totals.ts'

/**
 * What tax rates mean for a computation; ids that name none are left out. Whom the law exempts, or who pays the tax himself
 * (reverse charge), is taxed with nothing, at every rate.
 */
export function taxTermsOf({ store }: Context, ids: readonly string[], exemption: TaxExemption): TaxTerms[] {
  return ids.flatMap((id) => {
    const rate = store.get('tax_rate', id)
    if (rate === undefined) return []
    return [{ id, percentage: exemption === 'none' ? rate.percentage : 0, isInclusive: rate.inclusive }]
  })
}

/** Of a customer; the newest invoices keep their own copy of it. */
export type TaxExemption = 'none' | 'exempt' | 'reverse'

export function exemptionOf(text: string | null | undefined): TaxExemption {
  return text === 'exempt' || text === 'reverse' ? text : 'none'
}

/** Why a line is taxed as it is; rates that a merchant keeps himself say nothing more. */
export function taxabilityOf(exemption: TaxExemption): Stripe.InvoiceLineItem.Tax.TaxabilityReason {
  switch (exemption) {
    case 'none':
      return 'not_available'
    case 'exempt':
      return 'customer_exempt'
    case 'reverse':
      return 'reverse_charge'
  }
}
