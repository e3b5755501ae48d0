import type Stripe from 'stripe'
import { type CustomAmount, customAmountOf } from '../../billing/custom-amount.ts'
import { taxName } from '../../billing/invoice-adjustments.ts'
import { collectsCard, waysToPay } from '../../billing/pay-checkout-session.ts'
import type { CheckoutTerms } from '../../billing/records.ts'
import type { Context } from '../../context.ts'
import { idOf } from '../../store/tables.ts'

/** What the Checkout page shows of one session. */
export interface CheckoutView {
  session: Stripe.Checkout.Session
  lines: CheckoutLine[]
  terms: CheckoutTerms | undefined
  discount: CheckoutDiscount | null
  /** By name; amounts in minor units. */
  taxes: { label: string; amountMinor: number }[]
  /** The amount that the buyer chooses; null where it is the shop's. */
  customAmount: CustomAmount | null
  /** Whether a card or an account is asked for, and which of them can be. */
  collectsPayment: boolean
  ways: readonly string[]
  /** Whether the page has a field for a promotion code. */
  takesCodes: boolean
  /** The buyer's e-mail when it is known already; it cannot be changed then. */
  lockedEmail: string | null
}

export interface CheckoutDiscount {
  /** What the buyer typed, or else the coupon's name. */
  label: string
  coupon: Stripe.Coupon
  amountMinor: number
  /** A discount that the session was made with stays. */
  isRemovable: boolean
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
  const customAmount = customAmountOf(context, sessionId)
  return {
    session,
    customAmount,
    collectsPayment: customAmount !== null || collectsCard(session),
    ways: customAmount === null ? waysToPay(session) : session.payment_method_types,
    lines: items.map((item) => ({ item, product: productOf(context, item) })),
    terms: store.get('checkout_terms', sessionId),
    discount: discountOf(context, session),
    taxes: (store.get('checkout_amounts', sessionId)?.taxes ?? []).map((tax) => ({
      label: taxName(store.get('tax_rate', tax.taxRate)),
      amountMinor: tax.amountMinor,
    })),
    takesCodes: session.allow_promotion_codes === true,
    lockedEmail: customerEmail(context, session) ?? session.customer_email,
  }
}

function discountOf({ store }: Context, session: Stripe.Checkout.Session): CheckoutDiscount | null {
  const [shown] = session.discounts ?? []
  const coupon = store.get('coupon', idOf(shown?.coupon) ?? '')
  if (coupon === undefined) return null
  const code = store.get('promotion_code', idOf(shown?.promotion_code) ?? '')
  return {
    label: code?.code ?? coupon.name ?? coupon.id,
    coupon,
    amountMinor: session.total_details?.amount_discount ?? 0,
    isRemovable: session.allow_promotion_codes === true,
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
