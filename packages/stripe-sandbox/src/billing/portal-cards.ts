import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildSetupIntent } from '../objects/setup-intent.ts'
import { idOf } from '../store/tables.ts'
import { attemptSetup } from './attempt-setup.ts'
import { checkCard } from './check-card.ts'
import { type CardInput, declined, type PaymentOutcome } from './outcomes.ts'
import { pageUrls } from './page-urls.ts'
import { detachPaymentMethod, giveToCustomer, saveCard } from './payment-methods.ts'
import { allows, type PortalAnswer, refused, visitPortal } from './portal-visit.ts'
import { saveChanges } from './save-changes.ts'

/** Saves a card and makes it the one that pays from now on. */
export function addCardInPortal(context: Context, portalSessionId: string, card: CardInput): PaymentOutcome {
  const visit = visitPortal(context, portalSessionId)
  if (visit === undefined) return { outcome: 'closed', reason: 'unknown' }
  if (visit === 'expired' || !allows(visit, 'payment_method_update'))
    return { outcome: 'closed', reason: 'expired' }
  const checked = checkCard(card, context.clock.nowMs())
  if ('code' in checked) return declined(checked)
  const { email, name = null } = visit.customer
  const paymentMethod = saveCard(context, checked, { email, name })
  const intent = buildSetupIntent(context.ids, { created: context.clock.now(), customer: visit.customer.id })
  context.emit('setup_intent.created', intent)
  const attempt = attemptSetup(context, intent, paymentMethod, {
    isAuthenticated: false,
    returnUrl: pageUrls.portal(context.origin, portalSessionId),
    purpose: { kind: 'portal', session: portalSessionId },
  })
  switch (attempt.outcome) {
    case 'declined':
      context.emit('setup_intent.setup_failed', attempt.intent)
      return declined(attempt.decline)
    case 'requires_action':
      context.emit('setup_intent.requires_action', attempt.intent)
      return { outcome: 'requires_action', authenticationId: attempt.authenticationId }
    case 'succeeded':
      context.emit('setup_intent.succeeded', attempt.intent)
      useCardFromNowOn(context, visit.customer.id, paymentMethod)
      return { outcome: 'complete' }
  }
}

/** Makes a saved card the one that pays from now on. */
export function chooseCardInPortal(
  context: Context,
  portalSessionId: string,
  paymentMethodId: string,
): PortalAnswer {
  const card = ownCard(context, portalSessionId, paymentMethodId)
  if ('message' in card) return card
  useCardFromNowOn(context, idOf(card.customer) ?? '', card)
  return { done: true }
}

/** Removes a saved card. */
export function removeCardInPortal(
  context: Context,
  portalSessionId: string,
  paymentMethodId: string,
): PortalAnswer {
  const card = ownCard(context, portalSessionId, paymentMethodId)
  if ('message' in card) return card
  const customerId = idOf(card.customer) ?? ''
  const ofCustomer = context.store.get('customer', customerId)?.invoice_settings.default_payment_method
  for (const subscription of context.store.where('subscription', 'customer', customerId)) {
    const paying = idOf(subscription.default_payment_method) ?? idOf(ofCustomer)
    if (subscription.ended_at === null && paying === card.id) {
      return refused('This card pays for a subscription. Choose another card for it first.')
    }
  }
  detachPaymentMethod(context, card)
  return { done: true }
}

/**
 * The customer's default card, and the own card of each live subscription that has one: a subscription's own card goes before
 * the customer's, so changing only the customer would change nothing.
 */
export function useCardFromNowOn(context: Context, customerId: string, card: Stripe.PaymentMethod): void {
  giveToCustomer(context, card, customerId)
  const customer = context.store.get('customer', customerId)
  if (customer === undefined) return
  saveChanges(
    context,
    'customer',
    customer,
    { ...customer, invoice_settings: { ...customer.invoice_settings, default_payment_method: card.id } },
    'customer.updated',
  )
  for (const subscription of context.store.where('subscription', 'customer', customerId)) {
    if (subscription.ended_at !== null || subscription.default_payment_method === null) continue
    saveChanges(
      context,
      'subscription',
      subscription,
      { ...subscription, default_payment_method: card.id },
      'customer.subscription.updated',
    )
  }
}

function ownCard(
  context: Context,
  portalSessionId: string,
  paymentMethodId: string,
): Stripe.PaymentMethod | Extract<PortalAnswer, { done: false }> {
  const visit = visitPortal(context, portalSessionId)
  if (visit === undefined || visit === 'expired') return refused('This portal link has expired.')
  if (!allows(visit, 'payment_method_update')) return refused('Payment methods cannot be changed here.')
  const card = context.store.get('payment_method', paymentMethodId)
  if (card === undefined || idOf(card.customer) !== visit.customer.id)
    return refused('There is no such card.')
  return card
}
