import type Stripe from 'stripe'
import { cardFingerprint, type TestCard } from '../billing/test-cards.ts'
import type { Ids } from '../ids.ts'

export interface PaymentMethodInput {
  card: TestCard
  expMonth: number
  expYear: number
  /** False when no security code was given: then nothing can be said about it. */
  hasCvc?: boolean
  created: number
  billingDetails?: Partial<Stripe.PaymentMethod.BillingDetails>
  metadata?: Stripe.Metadata
}

/** A card, not yet anybody's. Its number stays out: the fingerprint names it. */
export function buildPaymentMethod(ids: Ids, input: PaymentMethodInput): Stripe.PaymentMethod {
  const { card } = input
  return {
    id: ids.newId('pm_'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: {
      address: input.billingDetails?.address ?? emptyAddress,
      email: input.billingDetails?.email ?? null,
      name: input.billingDetails?.name ?? null,
      phone: input.billingDetails?.phone ?? null,
      tax_id: input.billingDetails?.tax_id ?? null,
    },
    card: {
      brand: card.brand,
      checks: {
        address_line1_check: null,
        address_postal_code_check: null,
        cvc_check: input.hasCvc === false ? null : 'unchecked',
      },
      country: card.country,
      display_brand: displayBrand(card),
      exp_month: input.expMonth,
      exp_year: input.expYear,
      fingerprint: cardFingerprint(card.number),
      funding: card.funding,
      generated_from: null,
      last4: card.number.slice(-4),
      networks: {
        available: card.coBrand === null ? [card.brand] : [card.coBrand, card.brand],
        preferred: null,
      },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: card.brand !== 'amex' },
      wallet: null,
    },
    created: input.created,
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: input.metadata ?? {},
    type: 'card',
  }
}

export const emptyAddress: Stripe.Address = {
  city: null,
  country: null,
  line1: null,
  line2: null,
  postal_code: null,
  state: null,
}

function displayBrand(card: TestCard): string {
  if (card.brand === 'amex') return 'american_express'
  return card.brand === 'diners' ? 'diners_club' : card.brand
}
