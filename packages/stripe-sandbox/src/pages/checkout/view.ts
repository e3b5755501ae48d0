import type Stripe from 'stripe'
import type { CheckoutTerms } from '../../billing/records.ts'
import type { Context } from '../../context.ts'

/** What the Checkout page shows of one session. */
export interface CheckoutView {
  session: Stripe.Checkout.Session
  lines: CheckoutLine[]
  terms: CheckoutTerms | undefined
  /** The buyer's e-mail when it is known already; it cannot be changed then. */
  lockedEmail: string | null
}

export interface CheckoutLine {
  item: Stripe.LineItem
  product: Stripe.Product | undefined
}

/** Reads a session with what belongs to it. Undefined: no such session. */
export function readCheckout(context: Context, sessionId: string): CheckoutView | undefined {
  const { store } = context
  const session = store.get('checkout.session', sessionId)
  if (!session) return undefined
  const items = store.get('checkout_line_items', sessionId)?.data ?? []
  return {
    session,
    lines: items.map((item) => ({ item, product: productOf(context, item) })),
    terms: store.get('checkout_terms', sessionId),
    lockedEmail: customerEmail(context, session) ?? session.customer_email,
  }
}

function productOf(context: Context, item: Stripe.LineItem): Stripe.Product | undefined {
  const product = item.price?.product
  return typeof product === 'string' ? context.store.get('product', product) : undefined
}

function customerEmail(context: Context, session: Stripe.Checkout.Session): string | null {
  const customer =
    typeof session.customer === 'string' ? context.store.get('customer', session.customer) : session.customer
  return customer && !customer.deleted ? (customer.email ?? null) : null
}
