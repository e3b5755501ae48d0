import type Stripe from 'stripe'
import {
  notSupportedYet,
  parameterInvalid,
  parameterMissing,
  parametersExclusive,
} from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'

type Parameters = Stripe.Checkout.SessionCreateParams
type Mode = 'payment' | 'subscription' | 'setup'

const minute = 60
const day = 86_400

/** Parameter → the modes in which it may be given. */
const modesOf: { [P in keyof Parameters]?: readonly Mode[] } = {
  line_items: ['payment', 'subscription'],
  discounts: ['payment', 'subscription'],
  allow_promotion_codes: ['payment', 'subscription'],
  payment_intent_data: ['payment'],
  invoice_creation: ['payment'],
  subscription_data: ['subscription'],
  setup_intent_data: ['setup'],
  payment_method_collection: ['subscription'],
  customer_creation: ['payment', 'setup'],
}

/**
 * What Stripe refuses before it looks anything up: parameters that exclude one another or do not belong to the mode,
 * addresses, the expiry.
 * @param now Unix seconds.
 */
export function checkCheckoutParameters(
  parameters: Parameters,
  now: number,
): { mode: Mode; successUrl: string } {
  const { mode } = parameters
  if (mode === undefined) throw parameterMissing('mode')
  if (!isMode(mode)) {
    throw parameterInvalid('mode', 'Invalid mode: must be one of payment, setup, or subscription')
  }
  if (parameters.ui_mode !== undefined && parameters.ui_mode !== 'hosted_page') {
    throw notSupportedYet(`Checkout with ui_mode '${parameters.ui_mode}'`, 'ui_mode')
  }
  checkPage(parameters)
  const given = (['customer', 'customer_email'] as const).filter((name) => parameters[name] !== undefined)
  if (given.length > 1) throw parametersExclusive(given)
  if (parameters.customer !== undefined && parameters.customer_creation !== undefined) {
    throw parametersExclusive(['customer', 'customer_creation'])
  }
  if (parameters.customer === undefined && parameters.customer_update !== undefined) {
    throw parameterInvalid('customer_update', '`customer_update` can only be used with `customer`.')
  }
  checkModes(parameters, mode)
  if (parameters.allow_promotion_codes && parameters.discounts !== undefined) {
    throw parametersExclusive(['allow_promotion_codes', 'discounts'])
  }
  if ((parameters.discounts?.length ?? 0) > 1) {
    throw parameterInvalid('discounts', 'You can pass at most 1 discount.')
  }
  if (parameters.success_url === undefined) throw parameterMissing('success_url')
  checkUrl('success_url', parameters.success_url)
  checkUrl('cancel_url', parameters.cancel_url)
  checkEmail(parameters.customer_email)
  if ((parameters.client_reference_id?.length ?? 0) > 200) {
    throw parameterInvalid(
      'client_reference_id',
      'Invalid string: client_reference_id must be at most 200 characters',
    )
  }
  if (
    mode === 'setup' &&
    parameters.currency === undefined &&
    parameters.allowed_payment_method_types === undefined
  ) {
    throw parameterMissing('currency')
  }
  if (mode !== 'setup' && (parameters.line_items?.length ?? 0) === 0) throw parameterMissing('line_items')
  checkTrial(parameters.subscription_data, now)
  expiryOf(parameters, now)
  return { mode, successUrl: parameters.success_url }
}

/** When the session ends by itself: 24 hours after its creation unless asked for 30 minutes to 24 hours. Unix seconds. */
export function expiryOf(parameters: Parameters, now: number): number {
  const wanted = parameters.expires_at
  if (wanted === undefined) return now + day
  if (wanted < now + 30 * minute) {
    throw parameterInvalid(
      'expires_at',
      'The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.',
    )
  }
  if (wanted > now + day) {
    throw parameterInvalid(
      'expires_at',
      'The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.',
    )
  }
  return wanted
}

function isMode(mode: string): mode is Mode {
  return mode === 'payment' || mode === 'subscription' || mode === 'setup'
}

function checkModes(parameters: Parameters, mode: Mode): void {
  for (const [name, modes] of Object.entries(modesOf)) {
    // A boundary: `modesOf` is typed by the same keys.
    if (parameters[name as keyof Parameters] === undefined || modes.includes(mode)) continue
    throw parameterInvalid(
      name,
      modes.length === 1 && name !== 'payment_method_collection'
        ? `You can not pass \`${name}\` in \`${mode}\` mode.`
        : `\`${name}\` can only be used in ${modes.map((each) => `\`${each}\``).join(' and ')} mode.`,
    )
  }
}

function checkTrial(data: Parameters['subscription_data'], now: number): void {
  if (data?.billing_mode !== undefined && data.billing_mode.type !== 'flexible') {
    throw notSupportedYet(`Billing mode '${data.billing_mode.type}'`, 'subscription_data[billing_mode][type]')
  }
  if (data?.trial_end !== undefined && data.trial_period_days !== undefined) {
    throw parametersExclusive(['subscription_data[trial_end]', 'subscription_data[trial_period_days]'])
  }
  const days = data?.trial_period_days
  if (days !== undefined && (days < 1 || days > 730)) {
    throw parameterInvalid(
      'subscription_data[trial_period_days]',
      days < 1
        ? 'The minimum number of trial period days is 1.'
        : 'The maximum number of trial period days is 730 (2 years).',
    )
  }
  if (data?.trial_end !== undefined && data.trial_end < now + 2 * day) {
    throw parameterInvalid(
      'subscription_data[trial_end]',
      'The `trial_end` date has to be at least 2 days in the future.',
    )
  }
}

/** What the sandbox's Checkout page cannot show or ask for. English is its only language. */
function checkPage(parameters: Parameters): void {
  const { locale, billing_address_collection: address } = parameters
  if (locale !== undefined && !['auto', 'en', 'en-GB'].includes(locale)) {
    throw notSupportedYet(`Checkout in locale '${locale}'`, 'locale')
  }
  if (address !== undefined && address !== 'auto') {
    throw notSupportedYet('Collecting the billing address', 'billing_address_collection')
  }
  for (const name of ['automatic_tax', 'tax_id_collection', 'phone_number_collection'] as const) {
    if (parameters[name]?.enabled) throw notSupportedYet(`Checkout's ${name}`, `${name}[enabled]`)
  }
}

function checkUrl(param: string, url: string | undefined): void {
  if (url === undefined) return
  const isWeb = /^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(url)
  if (!isWeb || !URL.canParse(url.replaceAll(/[{}]/g, ''))) {
    throw new StripeApiError('Not a valid URL', { code: 'url_invalid', param, isRemembered: false })
  }
}

function checkEmail(email: string | undefined): void {
  if (email === undefined || /^[^\s@]+@[^\s@]+$/.test(email)) return
  throw new StripeApiError(`Invalid email address: ${email}`, {
    code: 'email_invalid',
    param: 'customer_email',
    isRemembered: false,
  })
}
