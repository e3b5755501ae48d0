import type Stripe from 'stripe'
import type { Html } from '../markup.ts'
import { noticePage } from '../notice-page.ts'
import { hostOf, safeLink } from '../safe-link.ts'
import { withSessionId } from './success-address.ts'
import { savedNoun, totalText } from './wording.ts'

/** A session that was paid, or that saved what it was to save, before. */
export function completePage(session: Stripe.Checkout.Session): Html {
  const isPaid = session.payment_status === 'paid' && (session.amount_total ?? 0) > 0
  return noticePage({
    kind: 'good',
    title:
      session.mode === 'setup'
        ? `Your ${savedNoun(session)} is saved`
        : isPaid
          ? 'You have paid'
          : 'You are all set',
    text: isPaid
      ? `This Checkout is complete: ${totalText(session)} was paid. It cannot be paid twice.`
      : 'This Checkout is complete. There is nothing left to do here.',
    detail: session.id,
    link: linkTo(withSessionId(session), 'Continue to'),
  })
}

export function expiredPage(session: Stripe.Checkout.Session): Html {
  return noticePage({
    kind: 'plain',
    title: 'This Checkout has expired',
    text: 'Nothing was charged. Go back to the shop and start again.',
    detail: session.id,
    link: linkTo(session.cancel_url, 'Back to'),
  })
}

export function unknownCheckoutPage(): Html {
  return noticePage({
    kind: 'bad',
    title: 'No such Checkout',
    text: 'The address may be cut short, or the sandbox was started with other data since it was made.',
  })
}

function linkTo(address: string | null, word: string): { href: string; label: string } | null {
  const href = safeLink(address)
  return href ? { href, label: `${word} ${hostOf(href)}` } : null
}
