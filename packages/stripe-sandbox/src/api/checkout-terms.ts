import type Stripe from 'stripe'
import type { CheckoutTerms, SubscriptionTerms } from '../billing/records.ts'
import { mergedMetadata } from '../wire/metadata.ts'

type Parameters = Stripe.Checkout.SessionCreateParams

/** What the session will do once it is paid. */
export function checkoutTerms(
  parameters: Parameters,
  mode: 'payment' | 'subscription' | 'setup',
  id: string,
  lines: readonly Stripe.LineItem[],
): CheckoutTerms {
  const { setup_intent_data: setup, payment_intent_data: payment } = parameters
  return {
    id,
    subscription: mode === 'subscription' ? subscriptionTerms(parameters.subscription_data) : null,
    payment:
      mode === 'payment'
        ? {
            metadata: mergedMetadata({}, payment?.metadata),
            description: payment?.description ?? null,
            receiptEmail: payment?.receipt_email ?? null,
            setupFutureUsage: usageOf(payment?.setup_future_usage),
          }
        : null,
    setup:
      mode === 'setup'
        ? { metadata: mergedMetadata({}, setup?.metadata), description: setup?.description ?? null }
        : null,
    // An address is never typed into this Checkout, so there is none to save.
    savesName: parameters.customer_update?.name === 'auto',
    paymentIntent: null,
    discount: null,
    taxRates: Object.fromEntries(
      lines.map((line, index) => [line.id, parameters.line_items?.[index]?.tax_rates ?? []]),
    ),
    setupIntent: null,
  }
}

function subscriptionTerms(data: Parameters['subscription_data']): SubscriptionTerms {
  return {
    defaultTaxRates: data?.default_tax_rates ?? [],
    metadata: mergedMetadata({}, data?.metadata),
    description: data?.description ?? null,
    trialPeriodDays: data?.trial_period_days ?? null,
    trialEnd: data?.trial_end ?? null,
    missingPaymentMethod: data?.trial_settings?.end_behavior.missing_payment_method ?? 'create_invoice',
  }
}

function usageOf(usage: string | undefined): 'off_session' | 'on_session' | null {
  return usage === 'off_session' || usage === 'on_session' ? usage : null
}
