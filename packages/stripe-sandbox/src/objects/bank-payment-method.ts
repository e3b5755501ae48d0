import type Stripe from 'stripe'
import { bankFingerprint, type TestBank } from '../billing/test-banks.ts'
import type { Ids } from '../ids.ts'
import { emptyAddress } from './payment-method.ts'

export interface BankPaymentMethodInput {
  bank: TestBank
  created: number
  billingDetails: Partial<Stripe.PaymentMethod.BillingDetails>
  metadata: Stripe.Metadata
}

/** A bank account, not yet anybody's. It counts as verified, as after Stripe's instant verification. */
export function buildBankPaymentMethod(ids: Ids, input: BankPaymentMethodInput): Stripe.PaymentMethod {
  const { bank, billingDetails } = input
  return {
    id: ids.newId('pm_'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: {
      address: billingDetails.address ?? emptyAddress,
      email: billingDetails.email ?? null,
      name: billingDetails.name ?? null,
      phone: billingDetails.phone ?? null,
      tax_id: billingDetails.tax_id ?? null,
    },
    created: input.created,
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: input.metadata,
    type: bank.type,
    ...accountOf(bank),
  }
}

function accountOf(bank: TestBank): Pick<Stripe.PaymentMethod, 'us_bank_account' | 'sepa_debit'> {
  const shown = { fingerprint: bankFingerprint(bank.number), last4: bank.number.slice(-4) }
  switch (bank.type) {
    case 'us_bank_account':
      return {
        us_bank_account: {
          ...shown,
          account_holder_type: 'individual',
          account_type: 'checking',
          bank_name: 'STRIPE TEST BANK',
          financial_connections_account: null,
          networks: { preferred: 'ach', supported: ['ach'] },
          routing_number: '110000000',
          status_details: null,
        },
      }
    case 'sepa_debit':
      return {
        sepa_debit: {
          ...shown,
          bank_code: bank.number.slice(4, 12),
          branch_code: '',
          country: bank.number.slice(0, 2),
          generated_from: { charge: null, setup_attempt: null },
        },
      }
  }
}
