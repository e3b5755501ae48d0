import type { Challenge } from '../../billing/confirm-authentication.ts'
import type { Context } from '../../context.ts'
import { withSessionId } from '../checkout/success-address.ts'

/**
 * Where the browser goes after an answer. A paid Checkout goes on to the shop at once. Our own pages are told what happened, so
 * that they can say it; other sites ask the API. @param challenge as it is after the answer.
 */
export function whereNext(context: Context, challenge: Challenge, isPassed: boolean): string {
  const { purpose } = context.store.get('authentication', challenge.id) ?? {}
  if (isPassed && purpose?.kind === 'checkout') {
    const session = context.store.get('checkout.session', purpose.session)
    return (session && withSessionId(session)) || challenge.returnUrl
  }
  if (!challenge.returnUrl.startsWith(`${context.origin}/`)) return challenge.returnUrl
  const address = new URL(challenge.returnUrl)
  if (!isPassed) address.searchParams.set('authentication', challenge.id)
  else if (purpose?.kind === 'portal') address.searchParams.set('done', 'card')
  else if (purpose?.kind === 'portal_change') address.searchParams.set('done', 'updated')
  return address.href
}
