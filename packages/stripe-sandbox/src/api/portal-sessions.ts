import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildPortalSession } from '../objects/billing-portal-session.ts'
import { defineRoute } from '../wire/define-route.ts'
import { notSupportedYet, parameterMissing } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import type { Route } from '../wire/route.ts'

export const portalSessionRoutes: readonly Route[] = [
  defineRoute<Stripe.BillingPortal.SessionCreateParams>({
    method: 'POST',
    path: '/v1/billing_portal/sessions',
    supports: ['customer', 'return_url', 'configuration', 'locale'],
    handle: createPortalSession,
  }),
]

function createPortalSession(
  context: Context,
  parameters: Stripe.BillingPortal.SessionCreateParams,
): Stripe.BillingPortal.Session {
  if (parameters.customer === undefined) throw parameterMissing('customer')
  const { locale } = parameters
  if (locale !== undefined && !['auto', 'en'].includes(locale)) {
    throw notSupportedYet(`The portal in locale '${locale}'`, 'locale')
  }
  const customer = existing(context, 'customer', parameters.customer, 'customer')
  const configuration = configurationOf(context, parameters.configuration)
  const returnUrl = parameters.return_url ?? configuration.default_return_url
  if (returnUrl === null) throw parameterMissing('return_url')
  if (!URL.canParse(returnUrl)) {
    throw new StripeApiError('Not a valid URL', { code: 'url_invalid', param: 'return_url' })
  }
  const session = buildPortalSession(context.ids, {
    configuration: configuration.id,
    customer: customer.id,
    created: context.clock.now(),
    locale: locale ?? null,
    returnUrl,
    origin: context.origin,
  })
  context.store.put('billing_portal.session', session)
  context.emit('billing_portal.session.created', session)
  return session
}

function configurationOf(context: Context, id: string | undefined): Stripe.BillingPortal.Configuration {
  if (id !== undefined) {
    const named = existing(context, 'billing_portal.configuration', id, 'configuration')
    if (named.active) return named
    throw new StripeApiError('The configuration you provided is not active.', { param: 'configuration' })
  }
  for (const configuration of context.store.all('billing_portal.configuration')) {
    if (configuration.is_default && configuration.active) return configuration
  }
  throw new StripeApiError(
    'No configuration provided and your test mode default configuration has not been created. Provide a configuration or create your default by saving your customer portal settings in test mode at https://dashboard.stripe.com/test/settings/billing/portal.',
  )
}
