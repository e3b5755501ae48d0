import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildCharge } from '../objects/charge.ts'
import { idOf } from '../store/tables.ts'
import { sandboxAccount } from './account.ts'
import type { PaymentAttempt } from './attempt-payment.ts'
import { recordCharge } from './balance.ts'
import type { Decline } from './declines.ts'
import { mandateFor } from './mandates.ts'
import { pageUrls } from './page-urls.ts'
import { withPaymentError } from './payment-error.ts'
import { type TestBank, testBankByFingerprint } from './test-banks.ts'

/**
 * Debits of bank accounts. Nobody knows at once whether the money comes:
 *
 * PaymentIntent  processing → succeeded | requires_payment_method
 * charge         pending    → succeeded | failed
 *
 * The bank answers days later, by the clock. Only then is there a balance transaction. A canceled intent fails its charge.
 */

/** The account behind a payment method; undefined for a card. */
export function bankOf(paymentMethod: Stripe.PaymentMethod): TestBank | undefined {
  const account = paymentMethod.us_bank_account ?? paymentMethod.sepa_debit
  if (account === undefined) return undefined
  const bank = testBankByFingerprint(account.fingerprint ?? '')
  if (bank === undefined) throw new Error(`payment method ${paymentMethod.id} has no known test account`)
  return bank
}

/** Asks a bank for the money of a PaymentIntent. Stores the intent and the charge; announces nothing. */
export function beginDebit(
  context: Context,
  intent: Stripe.PaymentIntent,
  paymentMethod: Stripe.PaymentMethod,
): PaymentAttempt {
  const charge: Stripe.Charge = {
    ...buildCharge(context.ids, {
      intent,
      paymentMethod,
      created: context.clock.now(),
      decline: null,
      mandate: mandateFor(context, intent, paymentMethod).id,
      authentication: 'none',
      statementDescriptor: sandboxAccount.statementDescriptor,
      origin: context.origin,
    }),
    id: context.ids.newId('py_'),
    amount_captured: 0,
    paid: false,
    receipt_url: null,
    status: 'pending',
  }
  const processing: Stripe.PaymentIntent = {
    ...intent,
    last_payment_error: null,
    latest_charge: charge.id,
    next_action: null,
    payment_method: paymentMethod.id,
    status: 'processing',
  }
  context.store.put('charge', charge)
  context.store.put('payment_intent', processing)
  return { outcome: 'processing', intent: processing, charge }
}

/** The account of a pending charge. */
export function bankOfCharge(charge: Stripe.Charge): TestBank | undefined {
  const details = charge.payment_method_details
  return testBankByFingerprint(
    details?.us_bank_account?.fingerprint ?? details?.sepa_debit?.fingerprint ?? '',
  )
}

/** The bank's answer to a pending charge. Stores both; announces nothing. */
export function endDebit(context: Context, pending: Stripe.Charge, failure: Decline | null): PaymentAttempt {
  const intent = context.store.get('payment_intent', idOf(pending.payment_intent) ?? '')
  if (intent === undefined) throw new Error(`charge ${pending.id} has no payment intent`)
  if (failure !== null) return failDebit(context, pending, intent, failure)
  const taken: Stripe.Charge = {
    ...pending,
    amount_captured: pending.amount,
    paid: true,
    receipt_url: pageUrls.receipt(context.origin, pending.id),
    status: 'succeeded',
  }
  const charge: Stripe.Charge = { ...taken, balance_transaction: recordCharge(context, taken).id }
  const paid: Stripe.PaymentIntent = { ...intent, amount_received: intent.amount, status: 'succeeded' }
  context.store.put('charge', charge)
  context.store.put('payment_intent', paid)
  return { outcome: 'succeeded', intent: paid, charge }
}

function failDebit(
  context: Context,
  pending: Stripe.Charge,
  intent: Stripe.PaymentIntent,
  failure: Decline,
): PaymentAttempt {
  const charge: Stripe.Charge = {
    ...pending,
    captured: false,
    failure_code: failure.code,
    failure_message: failure.message,
    status: 'failed',
  }
  context.store.put('charge', charge)
  const paymentMethod = context.store.get('payment_method', pending.payment_method ?? '')
  if (paymentMethod === undefined) throw new Error(`charge ${pending.id} has no payment method`)
  const failed = withPaymentError(intent, paymentMethod, failure, charge.id)
  context.store.put('payment_intent', failed)
  return { outcome: 'declined', intent: failed, charge, decline: failure }
}

/** A canceled intent calls its debit back: the charge fails. */
export function cancelDebit(context: Context, intent: Stripe.PaymentIntent): void {
  const charge = context.store.get('charge', idOf(intent.latest_charge) ?? '')
  if (charge?.status !== 'pending') return
  const failed: Stripe.Charge = {
    ...charge,
    captured: false,
    failure_code: 'payment_intent_canceled',
    failure_message: 'The payment was canceled.',
    status: 'failed',
  }
  context.store.put('charge', failed)
  context.emit('charge.failed', failed)
}
