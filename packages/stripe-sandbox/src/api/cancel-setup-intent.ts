import type Stripe from 'stripe'
import { supersedeAuthentications } from '../billing/attempt-payment.ts'
import type { Context } from '../context.ts'
import { existing } from '../wire/existing.ts'
import { checkNotOfCheckout, unexpectedSetupState } from './setup-intent-errors.ts'

/** Ends an intent that has not succeeded; `setup_intent.canceled`. */
export function cancelSetupIntent(
  context: Context,
  parameters: Stripe.SetupIntentCancelParams,
  { id = '' }: Record<string, string>,
): Stripe.SetupIntent {
  const intent = existing(context, 'setup_intent', id)
  checkNotOfCheckout(context, intent, 'cancel')
  if (intent.status === 'succeeded' || intent.status === 'canceled') {
    throw unexpectedSetupState(
      intent,
      intent.status === 'canceled'
        ? 'You cannot cancel this SetupIntent because it is already canceled.'
        : 'You cannot cancel this SetupIntent because it has a status of succeeded. Only a SetupIntent with one of the following statuses may be canceled: `requires_payment_method`, `requires_confirmation`, or `requires_action`.',
    )
  }
  supersedeAuthentications(context, 'setup_intent', intent.id)
  const canceled: Stripe.SetupIntent = {
    ...intent,
    cancellation_reason: parameters.cancellation_reason ?? null,
    next_action: null,
    status: 'canceled',
  }
  context.store.put('setup_intent', canceled)
  context.emit('setup_intent.canceled', canceled)
  return canceled
}
