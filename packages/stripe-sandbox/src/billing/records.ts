import type Stripe from 'stripe'
import type { Verdict } from './dispute-states.ts'
import type { PortalDone } from './portal-flow.ts'

/** What a Checkout session must still know at the moment of payment and Stripe's object does not show. `id` is the session's. */
export interface CheckoutTerms {
  id: string
  subscription: SubscriptionTerms | null
  payment: PaymentTerms | null
  setup: { metadata: Stripe.Metadata; description: string | null } | null
  /** Whether the name that the buyer types becomes that of the customer. */
  savesName: boolean
  /** The PaymentIntent of the attempts so far. Subscription sessions never show it (`session.payment_intent` stays null). */
  paymentIntent: string | null
  /** The discount that it shows, not given yet (discounts.ts); null for none. */
  discount: string | null
  /** Id of a line → the tax rates that tax it. */
  taxRates: Record<string, string[]>
  /** The SetupIntent of a trial that collects a card. Setup sessions show theirs themselves. */
  setupIntent: string | null
}

export interface SubscriptionTerms {
  /** Ids of the tax rates of lines without their own. */
  defaultTaxRates: string[]
  metadata: Stripe.Metadata
  description: string | null
  trialPeriodDays: number | null
  /** Unix seconds. */
  trialEnd: number | null
  missingPaymentMethod: Stripe.Subscription.TrialSettings.EndBehavior.MissingPaymentMethod
}

export interface PaymentTerms {
  metadata: Stripe.Metadata
  description: string | null
  receiptEmail: string | null
  setupFutureUsage: 'off_session' | 'on_session' | null
}

/** Who pays at a hosted page, as typed into its form. */
export interface Payer {
  email: string | null
  name: string | null
}

/** One 3-D Secure challenge. Its page asks the holder; the answer settles the intent behind it once. */
export interface Authentication {
  id: string
  created: number
  state: 'waiting' | 'succeeded' | 'failed' | 'superseded'
  paymentIntent: string | null
  setupIntent: string | null
  /** The card whose holder is asked. */
  paymentMethod: string
  /** What a passed challenge carries on with, beside the intent itself. */
  purpose: AuthenticationPurpose
  /** Where the challenge page sends the browser afterwards. */
  returnUrl: string
}

export type AuthenticationPurpose =
  /** Hosted Checkout: the session to complete, and for whom. */
  | { kind: 'checkout'; session: string; payer: Payer }
  /** The portal: the saved card becomes the one that pays. */
  | { kind: 'portal'; session: string }
  /** The portal: a plan change that waits for this payment. Failing it drops the change. */
  | { kind: 'portal_change'; session: string; subscription: string }
  /** The API or the hosted invoice page: nothing more than the intent and its invoice. */
  | { kind: 'intent' }

/** What the bank will make of a dispute's evidence, and when (unix seconds). `id` is the dispute's. */
export interface DisputeVerdict {
  id: string
  at: number
  verdict: Verdict
}

/** The `features.subscription_update.products` of a portal configuration, which Stripe shows only when it is expanded. */
export interface PortalProducts {
  id: string
  products: Stripe.BillingPortal.Configuration.Features.SubscriptionUpdate.Product[]
}

/** The end of a pause that is for a time. `id` is the subscription's. Unix seconds. */
export interface PlannedResumption {
  id: string
  at: number
}

/** A paused subscription that was asked to go on and waits for an invoice (resumption.ts). `id` is the subscription's. */
export interface AwaitedResumption {
  id: string
  invoice: string
  goesOnWith: 'payment_attempt' | 'payment_success'
}

/** When a portal session was opened and last used: it opens within 5 minutes of its creation and lives 1 hour after its last use. */
export interface PortalVisit {
  id: string
  lastSeenAt: number
  /** What ended the flow that the session's link was for. */
  flowDone?: PortalDone
}

/** The end of a schedule that `subscription_schedule.expiring` told of, unix seconds. `id` is the schedule's. */
export interface ScheduleNotice {
  id: string
  endsAt: number
}

/** That a product has a feature. `id` is that of Stripe's `product_feature`. */
export interface ProductFeatureLink {
  id: string
  product: string
  feature: string
}

/** What a customer may use. `id` is that of Stripe's `entitlements.active_entitlement`, which does not name its customer. */
export interface HeldEntitlement {
  id: string
  customer: string
  feature: string
  lookupKey: string
}

/** Which features each product of a subscription grants in the running period. `id` is the subscription's. */
export interface GrantedFeatures {
  id: string
  grants: { product: string; periodStart: number; features: string[] }[]
}

/** What a customer used, as one meter event told it. Stripe's own object has no id, and cannot be fetched. */
export interface UsageEvent {
  id: string
  meter: string
  identifier: string
  customer: string
  /** Whole units; negative for a correction. */
  value: number
  /** When it was used, unix seconds. */
  timestamp: number
  /** When it was told, in its customer's time, unix seconds. */
  receivedAt: number
  /** Taken back by an adjustment. */
  isCanceled: boolean
}

/** What was announced of a subscription's future, so that it is announced once. Unix seconds of what it was about. */
export interface SubscriptionNotices {
  id: string
  /** The end of the trial that `customer.subscription.trial_will_end` told of. */
  trialEnd: number | null
  /** The end of the period that `invoice.upcoming` told of. */
  periodEnd: number | null
}

/** What was announced of the day on which an invoice is due, so that it is announced once. Unix seconds of that day. */
export interface InvoiceNotices {
  id: string
  willBeDue: number | null
  overdue: number | null
}
