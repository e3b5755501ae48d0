import type Stripe from 'stripe'

/** What may have looked different in an older version. */
export interface RenderedObjects {
  'checkout.session': Stripe.Checkout.Session
  charge: Stripe.Charge
  credit_note: Stripe.CreditNote
  credit_note_line_item: Stripe.CreditNoteLineItem
  discount: Stripe.Discount
  invoice: Stripe.Invoice
  invoiceitem: Stripe.InvoiceItem
  line_item: Stripe.InvoiceLineItem
  payment_intent: Stripe.PaymentIntent
  plan: Stripe.Plan
  price: Stripe.Price
  promotion_code: Stripe.PromotionCode
  subscription: Stripe.Subscription
}

/**
 * One step into the past: what the objects of one name of versions looked like under the name before it. Each function adds
 * what the older shape had, from the newer one; what the older one did not have yet is taken away afterwards, by the
 * generated list of fields (absent-fields.ts).
 */
export type Step = {
  readonly [N in keyof RenderedObjects]?: (object: RenderedObjects[N], past: Past) => object
}

/** What older shapes show and newer objects do not hold. Read from the store when the shape is made. */
export interface Past {
  /** An object by its id; null when the sandbox has none. */
  object: (type: 'coupon' | 'discount' | 'price' | 'tax_rate', id: string) => object | null
  /** The payment that an invoice had, before one invoice could have several. */
  paymentOf: (invoiceId: string) => { paymentIntent: string | null; charge: string | null }
  /** The invoice that a payment intent pays. */
  invoiceOf: (paymentIntentId: string) => string | null
}
