import type Stripe from 'stripe'
import { saveBank } from '../billing/payment-methods.ts'
import { type BankType, testBankByNumber } from '../billing/test-banks.ts'
import type { Context } from '../context.ts'
import { parameterMissing } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { detailsOf } from './billing-details.ts'

/** A bank account as a payment method. Only test accounts are known; all count as verified. */
export function createBankAccount(
  context: Context,
  parameters: Stripe.PaymentMethodCreateParams,
  type: BankType,
): Stripe.PaymentMethod {
  const details = detailsOf(parameters.billing_details)
  if (!details.name) throw parameterMissing('billing_details[name]')
  if (type === 'sepa_debit' && !details.email) throw parameterMissing('billing_details[email]')
  const { param, number } = numberOf(parameters, type)
  if (number === undefined) throw parameterMissing(param)
  const bank = testBankByNumber(number)
  if (bank?.type !== type) {
    throw new StripeApiError('You must use a test bank account number in test mode.', {
      code: 'account_number_invalid',
      param,
    })
  }
  if (type === 'us_bank_account' && parameters.us_bank_account?.routing_number !== '110000000') {
    throw new StripeApiError('You must use a test routing number, such as 110000000, in test mode.', {
      code: 'routing_number_invalid',
      param: 'us_bank_account[routing_number]',
    })
  }
  return saveBank(context, bank, details, mergedMetadata({}, parameters.metadata))
}

function numberOf(
  parameters: Stripe.PaymentMethodCreateParams,
  type: BankType,
): { param: string; number: string | undefined } {
  switch (type) {
    case 'us_bank_account':
      return {
        param: 'us_bank_account[account_number]',
        number: parameters.us_bank_account?.account_number,
      }
    case 'sepa_debit':
      return { param: 'sepa_debit[iban]', number: parameters.sepa_debit?.iban }
  }
}
