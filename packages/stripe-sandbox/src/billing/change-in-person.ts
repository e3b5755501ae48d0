import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import type { PaymentAttempt } from './attempt-payment.ts'
import { billChange, holdBack } from './bill-change.ts'
import { changeSubscription, type SubscriptionChange } from './change-subscription.ts'
import { finalizeAndCollect } from './collect-invoice.ts'
import { endReplaced } from './discounts.ts'
import { declined, type PaymentOutcome } from './outcomes.ts'
import type { AuthenticationPurpose } from './records.ts'
import { simulate } from './simulate.ts'

/** Makes the change; it may give a discount, which must not be left over where the change does not happen. */
type MakeChange = (context: Context) => SubscriptionChange

/**
 * A change of a subscription by a customer who is there: it happens when what is due at once is paid, and not otherwise.
 *
 *   nothing due, or paid   the subscription has changed
 *   declined, no card      nothing has changed, and no trace of the attempt is left
 *   to be authenticated    the change waits in `pending_update`; passing the challenge makes it, failing it drops it
 *                          (confirm-authentication.ts), and after 23 hours it expires (pending-update.ts)
 *
 * Tried out first: the same card answers the same.
 */
export function changeInPerson(
  context: Context,
  before: Stripe.Subscription,
  makeChange: MakeChange,
  challenge: { returnUrl: string; purpose: AuthenticationPurpose },
): PaymentOutcome {
  const tried = tryOut(context, before, makeChange)
  if (tried === 'no_card') {
    return {
      outcome: 'declined',
      message: 'There is no card that can pay for this. Add one first.',
      code: 'missing_card',
      declineCode: null,
    }
  }
  switch (tried?.outcome) {
    case undefined:
    case 'succeeded':
    case 'authorized':
    case 'processing': {
      const change = makeChange(context)
      billChange(context, before, change, { behavior: 'allow_incomplete', offSession: false })
      endReplaced(context, before.discounts, change.wanted.discounts)
      return { outcome: 'complete' }
    }
    case 'declined':
      return declined(tried.decline)
    case 'requires_action': {
      const attempt = holdBack(context, before, makeChange(context), { offSession: false, challenge })
      if (attempt?.outcome !== 'requires_action') {
        throw new Error(`a change of ${before.id} was to be authenticated, and was not`)
      }
      return { outcome: 'requires_action', authenticationId: attempt.authenticationId }
    }
  }
}

/** Null: nothing was due. */
function tryOut(
  context: Context,
  before: Stripe.Subscription,
  makeChange: MakeChange,
): PaymentAttempt | 'no_card' | null {
  return simulate(context, context.clock.now(), (simulated) => {
    const { invoice } = changeSubscription(simulated, before, makeChange(simulated))
    if (invoice === null) return null
    const attempt = finalizeAndCollect(simulated, invoice, { offSession: false, isScheduled: true })
    const isPaid = simulated.store.get('invoice', invoice.id)?.status === 'paid'
    return attempt === null && !isPaid ? 'no_card' : attempt
  })
}
