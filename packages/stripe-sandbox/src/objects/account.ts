import type Stripe from 'stripe'
import { sandboxAccount } from '../billing/account.ts'

/** The account behind the keys: what a client checks when it asks whether they work. */
export function buildAccount(origin: string): Stripe.Account {
  return {
    id: 'acct_1Sandbox000000000',
    object: 'account',
    business_profile: {
      annual_revenue: null,
      estimated_worker_count: null,
      mcc: null,
      minority_owned_business_designation: null,
      name: sandboxAccount.name,
      specified_commercial_transactions_act_url: null,
      support_address: null,
      support_email: null,
      support_phone: null,
      support_url: null,
      url: origin,
    },
    business_type: 'company',
    capabilities: { card_payments: 'active', transfers: 'active' },
    charges_enabled: true,
    country: sandboxAccount.country,
    created: 1_735_689_600,
    default_currency: 'usd',
    details_submitted: true,
    email: null,
    metadata: {},
    payouts_enabled: true,
    type: 'standard',
  }
}
