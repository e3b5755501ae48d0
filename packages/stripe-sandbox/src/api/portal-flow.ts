import type Stripe from 'stripe'
import { allows, type PortalTerms } from '../billing/portal-visit.ts'
import type { Context } from '../context.ts'
import { notSupportedYet, parameterInvalid, parameterMissing } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { checkedUrl } from './checked-url.ts'
import { canceledFlow, confirmedFlow, pausedFlow, updatedFlow } from './portal-flow-subscription.ts'

type Parameters = Stripe.BillingPortal.SessionCreateParams.FlowData
type Flow = Stripe.BillingPortal.Session.Flow

/** What each flow needs turned on, in the words of Stripe's refusal. */
const needed = {
  payment_method_update: 'payment method update',
  customer_update: 'customer update',
  subscription_cancel: 'subscription cancel',
  subscription_pause: 'subscription pause',
  subscription_update: 'subscription update',
} as const

/** What a refusal says cannot be done; of the others it says `updated`. */
const done: Readonly<Record<string, string>> = {
  subscription_cancel: 'canceled',
  subscription_pause: 'paused',
}

/** What a `subscription_…` hash is given for. */
const ofType = [
  'subscription_cancel',
  'subscription_pause',
  'subscription_update',
  'subscription_update_confirm',
] as const

/**
 * A deep link: the one thing that the customer comes for. @throws StripeApiError for what the configuration does not offer,
 * and for a subscription with which it cannot be done.
 */
export function checkedFlow(context: Context, visit: PortalTerms, parameters: Parameters): Flow {
  const { type } = parameters
  const other = ofType.find((name) => name !== type && parameters[name] !== undefined)
  if (other !== undefined) {
    throw parameterInvalid(
      `flow_data[${other}]`,
      `flow_data[${other}] can only be set when flow_data[type] is ${other}.`,
    )
  }
  const flow: Flow = {
    after_completion: afterCompletion(parameters.after_completion),
    customer_update: null,
    subscription_cancel: null,
    subscription_pause: null,
    subscription_update: null,
    subscription_update_confirm: null,
    type,
  }
  switch (type) {
    case 'payment_method_update':
      checkOffered(visit, 'payment_method_update')
      return flow
    case 'customer_update':
      checkOffered(visit, 'customer_update')
      return { ...flow, customer_update: {} }
    case 'subscription_cancel': {
      const given = required(parameters, 'subscription_cancel')
      checkOffered(visit, 'subscription_cancel')
      return { ...flow, subscription_cancel: canceledFlow(context, visit, given) }
    }
    case 'subscription_pause': {
      const given = required(parameters, 'subscription_pause')
      checkOffered(visit, 'subscription_pause')
      return { ...flow, subscription_pause: pausedFlow(context, visit, given) }
    }
    case 'subscription_update': {
      const given = required(parameters, 'subscription_update')
      checkOffered(visit, 'subscription_update')
      return { ...flow, subscription_update: updatedFlow(context, visit, given) }
    }
    case 'subscription_update_confirm': {
      const given = required(parameters, 'subscription_update_confirm')
      checkOffered(visit, 'subscription_update')
      return { ...flow, subscription_update_confirm: confirmedFlow(context, visit, given) }
    }
    default:
      throw notSupportedYet(`The portal flow '${type}'`, 'flow_data[type]')
  }
}

function required<K extends (typeof ofType)[number]>(
  parameters: Parameters,
  name: K,
): NonNullable<Parameters[K]> {
  const given = parameters[name]
  if (given === undefined || given === null) throw parameterMissing(`flow_data[${name}]`)
  return given
}

/** Stripe's sentence about plan changes is widely reported; the others follow it. */
function checkOffered(visit: PortalTerms, feature: keyof typeof needed): void {
  if (allows(visit, feature)) return
  const subject = feature.startsWith('subscription')
    ? `This subscription cannot be ${done[feature] ?? 'updated'}`
    : 'This customer cannot be updated'
  throw new StripeApiError(
    `${subject} because the ${needed[feature]} feature in the portal configuration is disabled.`,
  )
}

function afterCompletion(given: Parameters['after_completion']): Flow['after_completion'] {
  const at = 'flow_data[after_completion]'
  switch (given?.type) {
    case 'redirect': {
      if (given.redirect === undefined) throw parameterMissing(`${at}[redirect]`)
      const url = checkedUrl(given.redirect.return_url, `${at}[redirect][return_url]`)
      return { hosted_confirmation: null, redirect: { return_url: url }, type: 'redirect' }
    }
    case 'hosted_confirmation': {
      const message = given.hosted_confirmation?.custom_message ?? null
      return { hosted_confirmation: { custom_message: message }, redirect: null, type: 'hosted_confirmation' }
    }
    case undefined:
    case 'portal_homepage':
      return { hosted_confirmation: null, redirect: null, type: 'portal_homepage' }
    default:
      throw parameterInvalid(`${at}[type]`, `Invalid ${at}[type]: ${given?.type}`)
  }
}
