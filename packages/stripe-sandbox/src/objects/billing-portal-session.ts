import type Stripe from 'stripe'
import { pageUrls } from '../billing/page-urls.ts'
import type { Ids } from '../ids.ts'

export function buildPortalSession(
  ids: Ids,
  input: {
    configuration: string
    customer: string
    created: number
    locale: Stripe.BillingPortal.Session.Locale | null
    returnUrl: string | null
    flow?: Stripe.BillingPortal.Session.Flow | null
    afterExpiration?: Stripe.BillingPortal.Session.AfterExpiration | null
    origin: string
  },
): Stripe.BillingPortal.Session {
  const id = ids.newId('bps_')
  return {
    id,
    object: 'billing_portal.session',
    after_expiration: input.afterExpiration ?? null,
    configuration: input.configuration,
    created: input.created,
    customer: input.customer,
    customer_account: null,
    flow: input.flow ?? null,
    livemode: false,
    locale: input.locale,
    on_behalf_of: null,
    return_url: input.returnUrl,
    url: pageUrls.portal(input.origin, id),
  }
}
