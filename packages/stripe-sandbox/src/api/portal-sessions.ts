import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildPortalSession } from '../objects/billing-portal-session.ts'
import { defineRoute } from '../wire/define-route.ts'
import { parameterInvalid, parameterMissing, resourceMissing } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import type { Route } from '../wire/route.ts'
import { checkedFlow } from './portal-flow.ts'

const settable = [
  'after_expiration.customer_login.expires_at',
  'after_expiration.type',
  'configuration',
  'customer',
  'flow_data.after_completion.hosted_confirmation.custom_message',
  'flow_data.after_completion.redirect.return_url',
  'flow_data.after_completion.type',
  'flow_data.subscription_cancel.retention.coupon_offer.coupon',
  'flow_data.subscription_cancel.retention.type',
  'flow_data.subscription_cancel.subscription',
  'flow_data.subscription_pause.subscription',
  'flow_data.subscription_update.subscription',
  'flow_data.subscription_update_confirm.discounts.coupon',
  'flow_data.subscription_update_confirm.discounts.promotion_code',
  'flow_data.subscription_update_confirm.items.id',
  'flow_data.subscription_update_confirm.items.price',
  'flow_data.subscription_update_confirm.items.quantity',
  'flow_data.subscription_update_confirm.subscription',
  'flow_data.type',
  'locale',
  'on_behalf_of',
  'return_url',
] as const

export const portalSessionRoutes: readonly Route[] = [
  defineRoute<Stripe.BillingPortal.SessionCreateParams>({
    method: 'POST',
    path: '/v1/billing_portal/sessions',
    supports: settable,
    handle: createPortalSession,
  }),
]

function createPortalSession(
  context: Context,
  parameters: Stripe.BillingPortal.SessionCreateParams,
): Stripe.BillingPortal.Session {
  if (parameters.customer === undefined) throw parameterMissing('customer')
  if (parameters.on_behalf_of !== undefined) {
    // A sandbox has no connected accounts, so none has this id.
    throw resourceMissing('account', parameters.on_behalf_of, 'on_behalf_of')
  }
  const customer = existing(context, 'customer', parameters.customer, 'customer')
  const configuration = configurationOf(context, parameters.configuration)
  const returnUrl = parameters.return_url ?? configuration.default_return_url
  if (returnUrl === null) throw parameterMissing('return_url')
  if (!URL.canParse(returnUrl)) {
    throw new StripeApiError('Not a valid URL', { code: 'url_invalid', param: 'return_url' })
  }
  const { flow_data: flow } = parameters
  const session = buildPortalSession(context.ids, {
    configuration: configuration.id,
    customer: customer.id,
    created: context.clock.now(),
    locale: parameters.locale ?? null,
    returnUrl,
    flow: flow ? checkedFlow(context, { configuration, customer, flow: null }, flow) : null,
    afterExpiration: afterExpiration(context, parameters.after_expiration),
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

/** How a customer goes on after the link has expired. */
function afterExpiration(
  context: Context,
  given: Stripe.BillingPortal.SessionCreateParams.AfterExpiration | undefined,
): Stripe.BillingPortal.Session.AfterExpiration | null {
  if (given === undefined) return null
  const expiresAt = given.customer_login?.expires_at ?? null
  if (expiresAt !== null && expiresAt <= context.clock.now()) {
    throw parameterInvalid(
      'after_expiration[customer_login][expires_at]',
      'The timestamp must be in the future.',
    )
  }
  return { customer_login: { expires_at: expiresAt }, type: given.type }
}
