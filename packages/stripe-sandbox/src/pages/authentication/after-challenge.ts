import type { Context } from '../../context.ts'

/** What a page says and fills in again when a buyer comes back from a challenge that did not succeed. */
export interface AfterChallenge {
  /** Stripe's sentence; null when there is nothing to tell. */
  problem: string | null
  email: string
  name: string
}

/** @param authenticationId from the page's `?authentication=`; anything that names no challenge tells nothing. */
export function afterChallenge(context: Context, authenticationId: string | undefined): AfterChallenge {
  const { store } = context
  const challenge = authenticationId === undefined ? undefined : store.get('authentication', authenticationId)
  const { paymentIntent, setupIntent, purpose } = challenge ?? {}
  const payer = purpose?.kind === 'checkout' ? purpose.payer : null
  const error =
    (paymentIntent && store.get('payment_intent', paymentIntent)?.last_payment_error) ||
    (setupIntent && store.get('setup_intent', setupIntent)?.last_setup_error) ||
    undefined
  return {
    problem: error?.message ?? null,
    email: payer?.email ?? '',
    name: payer?.name ?? '',
  }
}
