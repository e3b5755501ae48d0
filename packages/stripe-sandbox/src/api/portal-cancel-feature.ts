import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { parameterInvalid } from '../wire/error-catalogue.ts'
import { offeredOptions } from './feedback-options.ts'

type Feature = Stripe.BillingPortal.Configuration.Features.SubscriptionCancel

/** Canceling as parameters want it. @throws StripeApiError for a proration that its mode has no use for. */
export function changedCancelFeature(
  context: Context,
  current: Feature,
  parameters: Stripe.BillingPortal.ConfigurationUpdateParams.Features.SubscriptionCancel | undefined,
): Feature {
  if (parameters === undefined) return current
  const { cancellation_reason: reason } = parameters
  const options = reason?.options ?? current.cancellation_reason.options
  const changed: Feature = {
    cancellation_reason: {
      feedback_options:
        reason?.feedback_options === undefined
          ? current.cancellation_reason.feedback_options
          : ownReasons(context, reason.feedback_options || []),
      enabled: reason?.enabled ?? current.cancellation_reason.enabled,
      options: options === '' ? [] : [...new Set(options)],
    },
    enabled: parameters.enabled ?? current.enabled,
    mode: parameters.mode ?? current.mode,
    proration_behavior: parameters.proration_behavior ?? current.proration_behavior,
  }
  if (changed.proration_behavior === 'none') return changed
  const param = 'features[subscription_cancel][proration_behavior]'
  if (changed.proration_behavior !== 'create_prorations') {
    throw parameterInvalid(param, `Invalid ${param}: must be one of none or create_prorations`)
  }
  if (changed.mode !== 'immediately') {
    throw parameterInvalid(
      param,
      'Prorations can only be created when the cancellation mode is `immediately`: a subscription that ends with its period has nothing to prorate.',
    )
  }
  return changed
}

function ownReasons(context: Context, ids: readonly string[]): string[] | null {
  const param = 'features[subscription_cancel][cancellation_reason][feedback_options]'
  return ids.length === 0 ? null : offeredOptions(context, ids, param)
}
