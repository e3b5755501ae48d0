import type Stripe from 'stripe'
import type {
  CheckoutAmounts,
  CouponScope,
  GivenDiscount,
  PromotionCodeScope,
} from '../billing/discount-records.ts'
import type { PriceScope } from '../billing/price-records.ts'
import type {
  Authentication,
  AwaitedResumption,
  CheckoutTerms,
  DisputeVerdict,
  GrantedFeatures,
  HeldEntitlement,
  InvoiceNotices,
  PlannedResumption,
  PortalProducts,
  PortalVisit,
  ProductFeatureLink,
  ScheduleNotice,
  SubscriptionNotices,
  UsageEvent,
} from '../billing/records.ts'
import type { Delivery } from '../events/delivery.ts'
import type { EventRendering } from '../events/event-rendering.ts'
import type { RolledSecret } from '../events/rolled-secret.ts'
import type { DrawnSoFar, StoredFaultRule } from '../faults/fault-rule.ts'
import type { ThinEvent } from '../thin/thin-event.ts'
import type { IdempotencyRecord } from '../wire/idempotency.ts'

/** Everything that the sandbox remembers: Stripe's `object` name → the SDK's own type, plus the sandbox's own records. */
export interface Tables {
  'test_helpers.test_clock': Stripe.TestHelpers.TestClock
  /** Sandbox's own: whose keys these are; one row. */
  own_account: { id: string; accountId: string }
  /** Sandbox's own: by how much its time was put forward. */
  clock_offset: { id: string; offsetMs: number }
  product: Stripe.Product
  price: Stripe.Price
  /** Sandbox's own: what a price shows only when asked for; `id` is the price's. */
  price_scope: PriceScope
  coupon: Stripe.Coupon
  /** Sandbox's own: what a coupon shows only when asked for; `id` is the coupon's. */
  coupon_scope: CouponScope
  promotion_code: Stripe.PromotionCode
  /** Sandbox's own: likewise of a promotion code. */
  promotion_code_scope: PromotionCodeScope
  discount: Stripe.Discount
  /** Sandbox's own: what a discount takes off; `id` is the discount's. */
  given_discount: GivenDiscount
  tax_rate: Stripe.TaxRate
  customer: Stripe.Customer
  tax_id: Stripe.TaxId
  customer_balance_transaction: Stripe.CustomerBalanceTransaction
  deleted_customer: Stripe.DeletedCustomer
  payment_method: Stripe.PaymentMethod
  'checkout.session': Stripe.Checkout.Session
  /** Line items of one Checkout session; `id` is the session's. */
  checkout_line_items: { id: string; data: Stripe.LineItem[] }
  /** Sandbox's own: which discounts and taxes a session's amounts hold; `id` is the session's. */
  checkout_amounts: CheckoutAmounts
  /** Sandbox's own: what an open session will do once paid; `id` is the session's. */
  checkout_terms: CheckoutTerms
  /** Sandbox's own: one 3-D Secure challenge. */
  authentication: Authentication
  /** Sandbox's own: `id` is that of a card whose holder authenticated it for later off-session use. */
  authenticated_card: { id: string }
  /** Sandbox's own: `id` is that of a payment method that was detached and may not be used again. */
  detached_payment_method: { id: string }
  subscription: Stripe.Subscription
  /** Sandbox's own: what a subscription was told already; `id` is the subscription's. */
  subscription_notices: SubscriptionNotices
  /** Sandbox's own: when a pause ends by itself; `id` is the subscription's. */
  planned_resumption: PlannedResumption
  /** Sandbox's own: what a paused subscription waits for to go on; `id` is the subscription's. */
  awaited_resumption: AwaitedResumption
  subscription_schedule: Stripe.SubscriptionSchedule
  /** Sandbox's own: what was told of a schedule's end; `id` is the schedule's. */
  schedule_notice: ScheduleNotice
  'entitlements.feature': Stripe.Entitlements.Feature
  /** Sandbox's own: which product has which feature. */
  product_feature: ProductFeatureLink
  /** Sandbox's own: what a customer may use. */
  active_entitlement: HeldEntitlement
  /** Sandbox's own: what a subscription grants; `id` is the subscription's. */
  granted_features: GrantedFeatures
  'billing.feedback_option': Stripe.Billing.FeedbackOption
  'billing.meter': Stripe.Billing.Meter
  /** Sandbox's own: what was used. */
  usage_event: UsageEvent
  invoiceitem: Stripe.InvoiceItem
  invoice: Stripe.Invoice
  /** Sandbox's own: what was told of the day on which an invoice is due; `id` is the invoice's. */
  invoice_notices: InvoiceNotices
  invoice_payment: Stripe.InvoicePayment
  credit_note: Stripe.CreditNote
  mandate: Stripe.Mandate
  payment_intent: Stripe.PaymentIntent
  setup_intent: Stripe.SetupIntent
  charge: Stripe.Charge
  refund: Stripe.Refund
  dispute: Stripe.Dispute
  file: Stripe.File
  file_link: Stripe.FileLink
  /** Sandbox's own: what is in a file; `id` is the file's. */
  file_content: { id: string; base64: string }
  /** Sandbox's own: how the bank will answer a dispute's evidence; `id` is the dispute's. */
  dispute_verdict: DisputeVerdict
  'radar.early_fraud_warning': Stripe.Radar.EarlyFraudWarning
  balance_transaction: Stripe.BalanceTransaction
  'billing_portal.configuration': Stripe.BillingPortal.Configuration
  /** Sandbox's own: what a portal configuration lets customers change to; `id` is the configuration's. */
  portal_products: PortalProducts
  'billing_portal.session': Stripe.BillingPortal.Session
  /** Sandbox's own: use of a portal session; `id` is the session's. */
  portal_visit: PortalVisit
  webhook_endpoint: Stripe.WebhookEndpoint
  event: Stripe.Event
  'v2.core.event_destination': Stripe.V2.Core.EventDestination
  'v2.core.event': ThinEvent
  /** Sandbox's own: an event in a version that an endpoint asked for. */
  event_rendering: EventRendering
  /** Sandbox's own: one attempt series of one event at one endpoint. */
  delivery: Delivery
  /** Sandbox's own: a replaced signing secret in its last hours. */
  rolled_secret: RolledSecret
  /** Sandbox's own: what is to go wrong. */
  fault_rule: StoredFaultRule
  /** Sandbox's own: how far the chance of the faults has come; one row. */
  fault_chance: DrawnSoFar
  /** Sandbox's own: the remembered answer of one Idempotency-Key. */
  idempotency: IdempotencyRecord
}

export type TableName = keyof Tables

type Expandable = string | { id: string } | null | undefined

/** The id in an expandable field; the store keeps ids, the SDK's types also allow the object. */
export function idOf(value: Expandable): string | null {
  return typeof value === 'string' ? value : (value?.id ?? null)
}

/** Fields by which lists look objects up: index name → the value (or values) to file an object under, null for none. */
export const indexes = {
  price: {
    product: (price: Stripe.Price) => idOf(price.product),
    lookup_key: (price: Stripe.Price) => price.lookup_key,
  },
  promotion_code: {
    code: (code: Stripe.PromotionCode) => code.code.toLowerCase(),
    coupon: (code: Stripe.PromotionCode) => idOf(code.promotion.coupon),
  },
  customer: {
    email: (customer: Stripe.Customer) => customer.email,
    test_clock: (customer: Stripe.Customer) => idOf(customer.test_clock),
  },
  payment_method: { customer: (method: Stripe.PaymentMethod) => idOf(method.customer) },
  'checkout.session': {
    customer: (session: Stripe.Checkout.Session) => idOf(session.customer),
    payment_intent: (session: Stripe.Checkout.Session) => idOf(session.payment_intent),
    subscription: (session: Stripe.Checkout.Session) => idOf(session.subscription),
  },
  checkout_amounts: { line: (amounts: CheckoutAmounts) => amounts.lines.map((line) => line.id) },
  subscription: {
    customer: (subscription: Stripe.Subscription) => idOf(subscription.customer),
    item: (subscription: Stripe.Subscription) => subscription.items.data.map((item) => item.id),
  },
  product_feature: { product: (link: ProductFeatureLink) => link.product },
  active_entitlement: { customer: (held: HeldEntitlement) => held.customer },
  usage_event: {
    customer: (event: UsageEvent) => event.customer,
    identifier: (event: UsageEvent) => event.identifier,
  },
  subscription_schedule: {
    customer: (schedule: Stripe.SubscriptionSchedule) => idOf(schedule.customer),
  },
  invoice: {
    customer: (invoice: Stripe.Invoice) => idOf(invoice.customer),
    subscription: (invoice: Stripe.Invoice) => idOf(invoice.parent?.subscription_details?.subscription),
  },
  invoiceitem: {
    customer: (item: Stripe.InvoiceItem) => idOf(item.customer),
    /** The items that wait for an invoice, by customer. */
    pending: (item: Stripe.InvoiceItem) => (item.invoice === null ? idOf(item.customer) : null),
    invoice: (item: Stripe.InvoiceItem) => idOf(item.invoice),
  },
  /** By customer, the account's own by `self`. */
  tax_id: { owner: (taxId: Stripe.TaxId) => idOf(taxId.customer) ?? 'self' },
  customer_balance_transaction: {
    customer: (transaction: Stripe.CustomerBalanceTransaction) => idOf(transaction.customer),
  },
  credit_note: {
    customer: (note: Stripe.CreditNote) => idOf(note.customer),
    invoice: (note: Stripe.CreditNote) => idOf(note.invoice),
  },
  invoice_payment: {
    invoice: (payment: Stripe.InvoicePayment) => idOf(payment.invoice),
    payment_intent: (payment: Stripe.InvoicePayment) => idOf(payment.payment.payment_intent),
  },
  mandate: { payment_method: (mandate: Stripe.Mandate) => idOf(mandate.payment_method) },
  payment_intent: { customer: (intent: Stripe.PaymentIntent) => idOf(intent.customer) },
  setup_intent: { customer: (intent: Stripe.SetupIntent) => idOf(intent.customer) },
  charge: {
    customer: (charge: Stripe.Charge) => idOf(charge.customer),
    payment_intent: (charge: Stripe.Charge) => idOf(charge.payment_intent),
  },
  refund: {
    charge: (refund: Stripe.Refund) => idOf(refund.charge),
    payment_intent: (refund: Stripe.Refund) => idOf(refund.payment_intent),
  },
  dispute: {
    charge: (dispute: Stripe.Dispute) => idOf(dispute.charge),
    payment_intent: (dispute: Stripe.Dispute) => idOf(dispute.payment_intent),
  },
  'radar.early_fraud_warning': {
    charge: (warning: Stripe.Radar.EarlyFraudWarning) => idOf(warning.charge),
  },
  balance_transaction: {
    source: (transaction: Stripe.BalanceTransaction) => idOf(transaction.source),
  },
  authentication: {
    payment_intent: (authentication: Authentication) => authentication.paymentIntent,
    setup_intent: (authentication: Authentication) => authentication.setupIntent,
  },
  event_rendering: { event: (rendering: EventRendering) => rendering.eventId },
  delivery: { event: (delivery: Delivery) => delivery.eventId },
  rolled_secret: { endpoint: (rolled: RolledSecret) => rolled.endpointId },
} satisfies { [T in TableName]?: Record<string, (object: Tables[T]) => string | readonly string[] | null> }

export type IndexName<T extends TableName> = T extends keyof typeof indexes
  ? keyof (typeof indexes)[T] & string
  : never
