import type { Stripe } from '../../../src/stripe/client.ts'
import type { World } from '../world.ts'

/**
 * False when all the money for it was given back, or taken back by a bank. True also when it cost nothing or is not paid, or when the customer's
 * balance paid a part of it.
 */
export function paidInFull(
  world: World,
  what: { invoice: Stripe.Invoice } | { session: Stripe.Checkout.Session },
): boolean {
  if ('invoice' in what && isPaidOtherwise(world, what.invoice)) return true
  const charges = chargesFor(world, what)
  return charges.length === 0 || charges.some((charge) => !isReturned(world, charge))
}

/** More than what its payments paid, and than what a credit note took off it before. */
function isPaidOtherwise({ sandbox }: World, invoice: Stripe.Invoice): boolean {
  const paidMinor = [...sandbox.context.store.all('invoice_payment')]
    .filter((each) => each.invoice === invoice.id && each.status === 'paid' && each.payment.payment_intent)
    .reduce((sum, { amount_paid }) => sum + (amount_paid ?? 0), 0)
  return invoice.total - invoice.pre_payment_credit_notes_amount > paidMinor
}

function chargesFor(
  world: World,
  what: { invoice: Stripe.Invoice } | { session: Stripe.Checkout.Session },
): Stripe.Charge[] {
  const { store } = world.sandbox.context
  const intents =
    'session' in what
      ? [what.session.payment_intent]
      : [...store.all('invoice_payment')]
          .filter(({ invoice, status }) => invoice === what.invoice.id && status === 'paid')
          .map(({ payment }) => payment.payment_intent)
  return [...store.all('charge')].filter(
    ({ payment_intent, paid, amount }) => paid && amount > 0 && intents.includes(payment_intent ?? ''),
  )
}

function isReturned(world: World, { id, amount, amount_refunded }: Stripe.Charge): boolean {
  const lost = [...world.sandbox.context.store.all('dispute')]
    .filter(({ charge, status }) => charge === id && status === 'lost')
    .reduce((sum, dispute) => sum + dispute.amount, 0)
  return amount_refunded + lost >= amount
}
