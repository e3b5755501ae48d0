import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { resourceMissing } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { cardOf } from './attempt-payment.ts'
import { bankOf } from './bank-debits.ts'
import { declineOf } from './card-checks.ts'
import { cardError, refuseUnplayedCard } from './check-card.ts'
import { giveToCustomer, saveBank, saveCard } from './payment-methods.ts'
import { testBankByToken } from './test-banks.ts'
import { testCardByToken } from './test-cards.ts'

/**
 * The payment method that an id names. A ready-made id (`pm_card_visa`) makes a new one each time, as at Stripe.
 * @throws StripeApiError resource_missing; the sandbox's "not yet" for a card whose scene it cannot play.
 */
export function namedPaymentMethod(context: Context, id: string, param: string): Stripe.PaymentMethod {
  const known = context.store.get('payment_method', id)
  if (known) return known
  const bank = testBankByToken(id)
  if (bank !== undefined) return saveBank(context, bank, { email: 'debtor@example.com', name: 'Jenny Rosen' })
  const card = id.startsWith('pm_card_') ? testCardByToken(id) : undefined
  if (card === undefined) throw resourceMissing('PaymentMethod', id, param)
  refuseUnplayedCard(card)
  return saveCard(context, { card, expMonth: 12, expYear: laterYear(context.clock.now()) })
}

/**
 * Gives a payment method to a customer for good; `payment_method.attached`. The bank is asked: cards that decline fail here.
 * @throws StripeApiError card_error; or when it belongs to another customer, or was used or detached before.
 */
export function attachPaymentMethod(
  context: Context,
  id: string,
  customerId: string,
  param = 'payment_method',
): Stripe.PaymentMethod {
  const paymentMethod = namedPaymentMethod(context, id, param)
  const owner = idOf(paymentMethod.customer)
  if (owner === customerId) return paymentMethod
  if (owner !== null) {
    throw new StripeApiError('The payment method you provided has already been attached to a customer.', {
      code: 'payment_method_unexpected_state',
    })
  }
  if (context.store.get('detached_payment_method', id)) {
    throw new StripeApiError(
      'This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, and may not be used again.',
      { code: 'payment_method_unexpected_state' },
    )
  }
  if (bankOf(paymentMethod) !== undefined) return giveToCustomer(context, paymentMethod, customerId)
  const card = cardOf(paymentMethod)
  const refusal = declineOf(card, paymentMethod)
  if (!card.canBeSaved && refusal !== null) throw cardError(refusal, {}, undefined, false)
  return giveToCustomer(context, paymentMethod, customerId)
}

/** Ready-made cards expire next year. */
function laterYear(now: number): number {
  return Math.floor(1970 + now / 31_556_952) + 1
}
