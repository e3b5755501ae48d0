import type Stripe from 'stripe'
import { cardChecks } from '../billing/card-checks.ts'
import type { Decline } from '../billing/declines.ts'
import { pageUrls } from '../billing/page-urls.ts'
import { testCardByFingerprint } from '../billing/test-cards.ts'
import type { Ids } from '../ids.ts'
import { idOf } from '../store/tables.ts'
import { emptyAddress } from './payment-method.ts'

export interface ChargeInput {
  /** Id of the mandate under which a bank account is debited. */
  mandate?: string
  intent: Stripe.PaymentIntent
  paymentMethod: Stripe.PaymentMethod
  created: number
  /** Why the bank refused it; null when the money moved. */
  decline: Decline | null
  /** How its holder was recognized. */
  authentication: 'none' | 'challenge' | 'frictionless'
  /** The account's name as it stands on the holder's statement. */
  statementDescriptor: string
  origin: string
}

/** One attempt to move the money of a PaymentIntent. Whoever captures it records the movement and fills `balance_transaction`. */
export function buildCharge(ids: Ids, input: ChargeInput): Stripe.Charge {
  const { intent, paymentMethod, decline } = input
  const id = ids.newId('ch_')
  const succeeded = decline === null
  return {
    id,
    object: 'charge',
    amount: intent.amount,
    amount_captured: succeeded ? intent.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: {
      address: paymentMethod.billing_details.address ?? emptyAddress,
      email: paymentMethod.billing_details.email,
      name: paymentMethod.billing_details.name,
      phone: paymentMethod.billing_details.phone,
      tax_id: paymentMethod.billing_details.tax_id,
    },
    calculated_statement_descriptor: input.statementDescriptor,
    captured: succeeded,
    created: input.created,
    currency: intent.currency,
    customer: idOf(intent.customer),
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: null,
    outcome: outcomeOf(decline, input),
    paid: succeeded,
    payment_intent: intent.id,
    payment_method: paymentMethod.id,
    payment_method_details: {
      type: paymentMethod.type,
      ...cardDetails(input),
      ...bankDetails(input),
    },
    radar_options: {},
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: succeeded ? pageUrls.receipt(input.origin, id) : null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: succeeded ? 'succeeded' : 'failed',
    transfer_data: null,
    transfer_group: null,
  }
}

function outcomeOf(decline: Decline | null, { paymentMethod }: ChargeInput): Stripe.Charge.Outcome {
  const isRisky = testCardByFingerprint(paymentMethod.card?.fingerprint ?? '')?.risk === 'elevated'
  const common = {
    network_advice_code: null,
    risk_level: isRisky ? 'elevated' : 'normal',
    risk_score: isRisky ? 70 : 20,
  }
  if (decline === null) {
    return {
      ...common,
      advice_code: null,
      network_decline_code: null,
      network_status: 'approved_by_network',
      reason: null,
      seller_message: 'Payment complete.',
      type: 'authorized',
    }
  }
  if (decline.by === 'radar') {
    return {
      ...common,
      risk_level: 'highest',
      risk_score: 95,
      advice_code: null,
      network_decline_code: null,
      network_status: 'not_sent_to_network',
      reason: 'highest_risk_level',
      seller_message: 'Stripe blocked this payment as too risky.',
      type: 'blocked',
    }
  }
  return {
    ...common,
    advice_code: 'try_again_later',
    network_decline_code: '01',
    network_status: 'declined_by_network',
    reason: decline.declineCode,
    seller_message: 'The bank did not return any further details with this decline.',
    type: 'issuer_declined',
  }
}

function cardDetails(input: ChargeInput): { card?: Stripe.Charge.PaymentMethodDetails.Card } {
  const { card } = input.paymentMethod
  if (card === undefined) return {}
  return {
    card: {
      amount_authorized: input.decline === null ? input.intent.amount : null,
      authorization_code: input.decline === null ? '123456' : null,
      brand: card.brand,
      checks: cardChecks(input.paymentMethod),
      country: card.country,
      electronic_commerce_indicator: input.authentication === 'none' ? null : '05',
      exp_month: card.exp_month,
      exp_year: card.exp_year,
      fingerprint: card.fingerprint ?? null,
      funding: card.funding,
      installments: null,
      last4: card.last4,
      mandate: null,
      network: card.brand,
      network_token: { used: false },
      network_transaction_id: null,
      regulated_status: 'unregulated',
      three_d_secure:
        input.authentication === 'none'
          ? null
          : { ...authenticated, authentication_flow: input.authentication },
      transaction_link_id: null,
      wallet: null,
    },
  }
}

function bankDetails({
  paymentMethod: { us_bank_account: us, sepa_debit: sepa },
  mandate,
}: ChargeInput): Pick<Stripe.Charge.PaymentMethodDetails, 'us_bank_account' | 'sepa_debit'> {
  if (us !== undefined) {
    return {
      us_bank_account: {
        account_holder_type: us.account_holder_type,
        account_type: us.account_type,
        bank_name: us.bank_name,
        fingerprint: us.fingerprint,
        last4: us.last4,
        ...(mandate === undefined ? {} : { mandate }),
        payment_reference: null,
        routing_number: us.routing_number,
      },
    }
  }
  if (sepa === undefined) return {}
  return {
    sepa_debit: {
      bank_code: sepa.bank_code,
      branch_code: sepa.branch_code,
      country: sepa.country,
      fingerprint: sepa.fingerprint,
      last4: sepa.last4,
      mandate: mandate ?? null,
    },
  }
}

const authenticated: Omit<Stripe.Charge.PaymentMethodDetails.Card.ThreeDSecure, 'authentication_flow'> = {
  electronic_commerce_indicator: '05',
  exemption_indicator: null,
  result: 'authenticated',
  result_reason: null,
  transaction_id: null,
  version: '2.2.0',
}
