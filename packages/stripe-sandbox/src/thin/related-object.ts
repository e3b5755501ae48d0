import type Stripe from 'stripe'

/** Where each kind of object is fetched from. */
const collections: Readonly<Record<string, string>> = {
  balance_transaction: '/v1/balance_transactions',
  'billing_portal.configuration': '/v1/billing_portal/configurations',
  charge: '/v1/charges',
  'checkout.session': '/v1/checkout/sessions',
  coupon: '/v1/coupons',
  credit_note: '/v1/credit_notes',
  customer: '/v1/customers',
  dispute: '/v1/disputes',
  invoice: '/v1/invoices',
  invoice_payment: '/v1/invoice_payments',
  invoiceitem: '/v1/invoiceitems',
  payment_intent: '/v1/payment_intents',
  payment_method: '/v1/payment_methods',
  plan: '/v1/plans',
  price: '/v1/prices',
  product: '/v1/products',
  promotion_code: '/v1/promotion_codes',
  'radar.early_fraud_warning': '/v1/radar/early_fraud_warnings',
  refund: '/v1/refunds',
  setup_intent: '/v1/setup_intents',
  subscription: '/v1/subscriptions',
  subscription_schedule: '/v1/subscription_schedules',
  tax_rate: '/v1/tax_rates',
  'test_helpers.test_clock': '/v1/test_helpers/test_clocks',
}

/** The reference to what an event is about; null for what has no address of its own, such as a preview. */
export function relatedObject(object: object): Stripe.V2.Core.Events.RelatedObject | null {
  const { id, object: type } = object as { id?: unknown; object?: unknown }
  const collection = collections[String(type)]
  if (typeof id !== 'string' || collection === undefined) return null
  return { id, type: String(type), url: `${collection}/${encodeURIComponent(id)}` }
}
