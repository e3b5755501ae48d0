import type Stripe from 'stripe'
import type { Ids } from '../ids.ts'

export interface MandateInput {
  paymentMethod: Stripe.PaymentMethod
  /** Unix seconds. */
  acceptedAt: number
  origin: string
  /** The one payment that it is for; null: for any number of them. */
  singleUse: Stripe.Mandate.SingleUse | null
}

/** What the holder of a bank account agreed to when it was debited first. */
export function buildMandate(ids: Ids, input: MandateInput): Stripe.Mandate {
  const id = ids.newId('mandate_')
  const { type } = input.paymentMethod
  return {
    id,
    object: 'mandate',
    customer_acceptance: {
      accepted_at: input.acceptedAt,
      online: { ip_address: null, user_agent: null },
      type: 'online',
    },
    livemode: false,
    payment_method: input.paymentMethod.id,
    payment_method_details: {
      type,
      ...(type === 'sepa_debit'
        ? {
            sepa_debit: {
              reference: ids.randomText(16).toUpperCase(),
              url: `${input.origin}/v1/mandates/${id}`,
            },
          }
        : { us_bank_account: {} }),
    },
    status: 'active',
    ...(input.singleUse === null
      ? { multi_use: {}, type: 'multi_use' }
      : { single_use: input.singleUse, type: 'single_use' }),
  }
}
