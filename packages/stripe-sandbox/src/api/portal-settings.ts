import type Stripe from 'stripe'
import { pageUrls } from '../billing/page-urls.ts'
import type { Context } from '../context.ts'
import { parameterInvalid } from '../wire/error-catalogue.ts'
import { orKept } from '../wire/or-kept.ts'
import { checkedUrl } from './checked-url.ts'

type Parameters = Stripe.BillingPortal.ConfigurationUpdateParams

const longestHeadline = 60

/** What the portal says about the business. @throws StripeApiError */
export function changedProfile(
  current: Stripe.BillingPortal.Configuration.BusinessProfile,
  parameters: Parameters['business_profile'],
): Stripe.BillingPortal.Configuration.BusinessProfile {
  const { headline, privacy_policy_url: privacy, terms_of_service_url: terms } = parameters ?? {}
  if (headline && headline.length > longestHeadline) {
    throw parameterInvalid(
      'business_profile[headline]',
      `Invalid string: ${headline}; must be at most ${longestHeadline} characters`,
    )
  }
  if (privacy) checkedUrl(privacy, 'business_profile[privacy_policy_url]')
  if (terms) checkedUrl(terms, 'business_profile[terms_of_service_url]')
  return {
    headline: orKept(headline, current.headline),
    privacy_policy_url: orKept(privacy, current.privacy_policy_url),
    terms_of_service_url: orKept(terms, current.terms_of_service_url),
  }
}

/** Where the portal's link back leads when a session names nothing. @throws StripeApiError */
export function returnUrl(current: string | null, { default_return_url: given }: Parameters): string | null {
  if (given) checkedUrl(given, 'default_return_url')
  return orKept(given, current)
}

/** The address of the login page: a new one whenever it is turned on. */
export function loginUrl(
  context: Context,
  current: string | null,
  { login_page: login }: Parameters,
): string | null {
  if (login === undefined) return current
  if (!login.enabled) return null
  return current ?? pageUrls.portalLogin(context.origin, context.ids.randomText(24))
}
