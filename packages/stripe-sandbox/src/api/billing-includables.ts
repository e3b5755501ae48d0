import type Stripe from 'stripe'
import { linkAsOf } from '../billing/file-links.ts'
import { intentOfInvoice } from '../billing/invoice-states.ts'
import type { Context } from '../context.ts'
import { embeddedList } from '../wire/embedded-list.ts'
import type { Includables } from './includables.ts'

/** How many elements a list inside an object shows. */
const shown = { limit: 10 }

/** Lists and secrets that Stripe leaves out of an object unless they are expanded. */
export const billingIncludables: Includables = {
  'billing_portal.configuration.features.subscription_update.products': ({ store }, { id }) =>
    store.get('portal_products', id)?.products ?? [],
  'charge.refunds': ({ store }, { id }) =>
    embeddedList([...store.where('refund', 'charge', id)], shown, `/v1/charges/${id}/refunds`),
  'checkout.session.line_items': ({ store }, { id }) =>
    embeddedList(
      store.get('checkout_line_items', id)?.data ?? [],
      shown,
      `/v1/checkout/sessions/${id}/line_items`,
    ),
  'customer.subscriptions': ({ store }, { id }) =>
    embeddedList(
      [...store.where('subscription', 'customer', id)].filter((each) => each.ended_at === null),
      shown,
      `/v1/customers/${id}/subscriptions`,
    ),
  'file.links': (context, { id }) =>
    embeddedList(
      [...context.store.all('file_link')]
        .filter((link) => link.file === id)
        .map((link) => linkAsOf(context, link)),
      shown,
      `/v1/file_links?file=${id}`,
    ),
  'invoice.confirmation_secret': confirmationSecret,
  'invoice.payments': ({ store }, { id }) =>
    embeddedList(
      [...store.where('invoice_payment', 'invoice', id)],
      shown,
      `/v1/invoice_payments?invoice=${id}`,
    ),
}

function confirmationSecret(
  context: Context,
  { id }: { id: string },
): Stripe.Invoice.ConfirmationSecret | null {
  const secret = intentOfInvoice(context, id)?.client_secret
  return secret ? { client_secret: secret, type: 'payment_intent' } : null
}
