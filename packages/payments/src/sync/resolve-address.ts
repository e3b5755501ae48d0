import type { Executor } from '../db/connect.ts'
import { findCheckoutSession } from '../db/queries/checkout-sessions.ts'
import { findDispute } from '../db/queries/disputes.ts'
import { findFraudWarning } from '../db/queries/fraud-warnings.ts'
import { findInvoice, findInvoicePayment } from '../db/queries/invoices.ts'
import { findPayment } from '../db/queries/payments.ts'
import { findRefund } from '../db/queries/refunds.ts'
import { findSubscription } from '../db/queries/subscriptions.ts'
import type { Doorbell, DoorbellResource } from '../domain/doorbell.ts'
import { isAbsent } from '../stripe/errors.ts'
import { idOf } from './adapt.ts'
import type { SyncContext } from './context.ts'
import { customerOfDispute } from './dispute.ts'
import { customerOfWarning } from './fraud-warning.ts'
import { customerOfRefund } from './refund.ts'

/** Where an event belongs that did not say so itself. */
export interface Address {
  stripeCustomerId: string
  doorbell: Doorbell
}

/**
 * Finds the customer of a resource, in the mirror or else at Stripe, and follows pointers (a charge to its payment). Null when it is
 * nobody's, or does not exist.
 */
export async function resolveAddress(context: SyncContext, doorbell: Doorbell): Promise<Address | null> {
  const mirrored = await findMirrored(context, doorbell)
  if (mirrored) return mirrored
  try {
    return await askStripe(context, doorbell)
  } catch (error) {
    if (isAbsent(error)) return null
    throw error
  }
}

type Find = (executor: Executor, id: string) => Promise<{ stripe_customer_id: string } | null>

const FINDS: Partial<Record<DoorbellResource, Find>> = {
  subscription: findSubscription,
  invoice: findInvoice,
  payment: findPayment,
  refund: findRefund,
  dispute: findDispute,
  fraud_warning: findFraudWarning,
  checkout_session: findCheckoutSession,
}

async function findMirrored(context: SyncContext, doorbell: Doorbell): Promise<Address | null> {
  const { query } = context.db
  if (doorbell.resource === 'invoice_payment') {
    const known = await findInvoicePayment(query, doorbell.id)
    return address(known?.stripe_customer_id ?? null, { resource: 'invoice', id: known?.invoice_id ?? '' })
  }
  const row = await FINDS[doorbell.resource]?.(query, doorbell.id)
  return address(row?.stripe_customer_id ?? null, doorbell)
}

async function askStripe(context: SyncContext, doorbell: Doorbell): Promise<Address | null> {
  const { stripe } = context
  const { resource, id } = doorbell
  switch (resource) {
    case 'subscription':
      return address(idOf((await stripe.subscriptions.retrieve(id)).customer), doorbell)
    case 'invoice':
      return address(idOf((await stripe.invoices.retrieve(id)).customer), doorbell)
    case 'payment':
      return address(idOf((await stripe.paymentIntents.retrieve(id)).customer), doorbell)
    case 'checkout_session':
      return address(idOf((await stripe.checkout.sessions.retrieve(id)).customer), doorbell)
    case 'refund':
      return address(
        customerOfRefund(await stripe.refunds.retrieve(id, { expand: ['payment_intent'] })),
        doorbell,
      )
    case 'charge':
      return await follow(context, 'payment', idOf((await stripe.charges.retrieve(id)).payment_intent))
    case 'dispute':
      return address(
        customerOfDispute(await stripe.disputes.retrieve(id, { expand: ['payment_intent'] })),
        doorbell,
      )
    case 'fraud_warning': {
      const expand = ['payment_intent']
      return address(
        customerOfWarning(await stripe.radar.earlyFraudWarnings.retrieve(id, { expand })),
        doorbell,
      )
    }
    case 'invoice_payment':
      return await follow(context, 'invoice', idOf((await stripe.invoicePayments.retrieve(id)).invoice))
    case 'customer':
    case 'product':
    case 'price':
      throw new Error(`An event about ${resource} ${id} says itself where it belongs`)
  }
}

async function follow(
  context: SyncContext,
  resource: DoorbellResource,
  id: string | null,
): Promise<Address | null> {
  return id === null ? null : await resolveAddress(context, { resource, id })
}

function address(stripeCustomerId: string | null, doorbell: Doorbell): Address | null {
  return stripeCustomerId === null ? null : { stripeCustomerId, doorbell }
}
