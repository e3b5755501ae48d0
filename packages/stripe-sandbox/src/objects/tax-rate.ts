import type Stripe from 'stripe'

export interface TaxRateInput {
  id: string
  created: number
  isActive: boolean
  displayName: string
  description: string | null
  /** Up to four decimals. */
  percentage: number
  isInclusive: boolean
  /** Two letters. */
  country: string | null
  state: string | null
  jurisdiction: string | null
  taxType: Stripe.TaxRate.TaxType | null
  metadata: Stripe.Metadata
}

/** A tax rate that the merchant keeps himself: always a percentage, of no level that Stripe Tax would know. */
export function buildTaxRate(input: TaxRateInput): Stripe.TaxRate {
  return {
    id: input.id,
    object: 'tax_rate',
    active: input.isActive,
    country: input.country,
    created: input.created,
    description: input.description,
    display_name: input.displayName,
    effective_percentage: null,
    flat_amount: null,
    inclusive: input.isInclusive,
    jurisdiction: input.jurisdiction,
    jurisdiction_level: null,
    livemode: false,
    metadata: input.metadata,
    percentage: input.percentage,
    rate_type: 'percentage',
    state: input.state,
    tax_type: input.taxType,
  }
}
