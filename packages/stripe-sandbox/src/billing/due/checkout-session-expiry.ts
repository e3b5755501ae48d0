import { dueKind } from '../../time/due-kind.ts'
import { currentCheckoutSession } from '../expire-checkout-session.ts'

export const checkoutSessionExpiry = dueKind<'checkout.session'>({
  name: 'checkout session expiry',
  table: 'checkout.session',
  at: (session) => (session.status === 'open' ? session.expires_at : null),
  run: (context, session) => currentCheckoutSession(context, session.id),
})
