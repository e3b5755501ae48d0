import type Stripe from 'stripe'
import { addCadence } from '../billing/periods.ts'
import { parameterInvalid, parameterMissing } from '../wire/error-catalogue.ts'

type Feature = Stripe.BillingPortal.Configuration.Features.SubscriptionPause
type Given = Stripe.BillingPortal.ConfigurationUpdateParams.Features.SubscriptionPause

const at = 'features[subscription_pause][duration]'

/** Pausing as parameters want it. @throws StripeApiError for a time that is missing, not asked for or too long. */
export function changedPauseFeature(current: Feature, given: Given | undefined): Feature {
  if (given === undefined) return current
  return {
    duration: given.duration === undefined ? current.duration : durationOf(given.duration),
    enabled: given.enabled ?? current.enabled,
  }
}

function durationOf({
  type,
  interval_options: options,
}: NonNullable<Given['duration']>): Feature['duration'] {
  const given = options || []
  if (type === 'interval_options' && given.length === 0) throw parameterMissing(`${at}[interval_options]`)
  if (type === 'indefinite' && given.length > 0) {
    throw parameterInvalid(
      `${at}[interval_options]`,
      `${at}[interval_options] can only be set when ${at}[type] is interval_options.`,
    )
  }
  return {
    interval_options: given.map(({ interval, interval_count: count = 1 }, index) => {
      const threeYears = addCadence(0, { interval: 'year', intervalCount: 3 })
      if (count < 1 || addCadence(0, { interval, intervalCount: count }) > threeYears) {
        throw parameterInvalid(
          `${at}[interval_options][${index}][interval_count]`,
          'A pause lasts at least one interval and at most three years.',
        )
      }
      return { interval, interval_count: count }
    }),
    type,
  }
}
