import type Stripe from 'stripe'
import { planCheckoutDiscount } from '../billing/checkout-discount.ts'
import { checkoutLimitProblem } from '../billing/checkout-limits.ts'
import { customAmountOf } from '../billing/custom-amount.ts'
import { pageUrls } from '../billing/page-urls.ts'
import { priceCheckout } from '../billing/price-checkout.ts'
import { currencyOfPurchase } from '../billing/price-in.ts'
import type { CheckoutTerms } from '../billing/records.ts'
import type { Context } from '../context.ts'
import { buildCheckoutSession } from '../objects/checkout-session.ts'
import { buildSetupIntent } from '../objects/setup-intent.ts'
import { notSupportedYet } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { allowedTypes } from './allowed-types.ts'
import { checkCheckoutParameters, expiryOf } from './check-checkout-parameters.ts'
import { checkedCurrency } from './checked-currency.ts'
import { checkoutLineItems } from './checkout-line-items.ts'
import { checkoutTerms } from './checkout-terms.ts'
import { productDataParameters, recurringPriceDataParameters } from './inline-price.ts'
import { redemptionsOf } from './redemptions.ts'
import { taxRatesOf } from './subscription-lines.ts'

type Parameters = Stripe.Checkout.SessionCreateParams

export const checkoutSessionParameters = [
  'mode',
  'ui_mode',
  'success_url',
  'cancel_url',
  'customer',
  'customer_email',
  'customer_creation',
  'customer_update.name',
  'customer_update.address',
  'client_reference_id',
  'currency',
  'metadata.*',
  'expires_at',
  'line_items.price',
  ...[...recurringPriceDataParameters, ...productDataParameters].map((name) => `line_items.${name}` as const),
  'line_items.quantity',
  'line_items.metadata.*',
  'line_items.tax_rates',
  'allow_promotion_codes',
  'discounts.coupon',
  'discounts.promotion_code',
  'allowed_payment_method_types',
  'payment_method_collection',
  'submit_type',
  'locale',
  'billing_address_collection',
  'automatic_tax.enabled',
  'tax_id_collection.enabled',
  'phone_number_collection.enabled',
  'subscription_data.metadata.*',
  'subscription_data.default_tax_rates',
  'subscription_data.description',
  'subscription_data.trial_period_days',
  'subscription_data.trial_end',
  'subscription_data.trial_settings.end_behavior.missing_payment_method',
  'subscription_data.billing_mode.type',
  'payment_intent_data.metadata.*',
  'payment_intent_data.description',
  'payment_intent_data.receipt_email',
  'payment_intent_data.setup_future_usage',
  'setup_intent_data.metadata.*',
  'setup_intent_data.description',
  'invoice_creation.enabled',
  'invoice_creation.invoice_data.description',
  'invoice_creation.invoice_data.footer',
  'invoice_creation.invoice_data.metadata.*',
  'invoice_creation.invoice_data.custom_fields.name',
  'invoice_creation.invoice_data.custom_fields.value',
] as const

export function createCheckoutSession(context: Context, parameters: Parameters): Stripe.Checkout.Session {
  const { mode, successUrl } = checkCheckoutParameters(parameters, context.clock.now())
  const customer =
    parameters.customer === undefined ? null : existing(context, 'customer', parameters.customer, 'customer')
  const now = context.clock.now()
  const id = context.ids.newId('cs_test_')
  const purchase = purchaseCurrency(context, parameters, customer)
  const lines = checkoutLineItems(context, parameters, mode, purchase)
  taxRatesOf(
    context,
    parameters.subscription_data?.default_tax_rates ?? [],
    'subscription_data[default_tax_rates]',
  )
  const terms = checkoutTerms(parameters, mode, id, lines)
  const currency = lines[0]?.currency ?? parameters.currency?.toLowerCase() ?? null
  const allowed = allowedTypes(parameters.allowed_payment_method_types, currency)
  const setup =
    mode === 'setup' ? createSetupIntent(context, terms, { customer: customer?.id ?? null, allowed }) : null
  const session: Stripe.Checkout.Session = {
    ...buildCheckoutSession({
      id,
      mode,
      created: now,
      expiresAt: expiryOf(parameters, now),
      amountMinor: mode === 'setup' ? null : 0,
      currency,
      customer,
      customerEmail: parameters.customer_email ?? null,
      customerCreation: customerCreation(parameters, mode),
      clientReferenceId: parameters.client_reference_id ?? null,
      metadata: mergedMetadata({}, parameters.metadata),
      successUrl,
      cancelUrl: parameters.cancel_url ?? null,
      allowPromotionCodes: parameters.allow_promotion_codes ?? null,
      billingAddressCollection: parameters.billing_address_collection ?? null,
      invoiceCreation: mode === 'payment' ? invoiceCreation(parameters.invoice_creation) : null,
      locale: parameters.locale ?? null,
      paymentMethodCollection:
        parameters.payment_method_collection ?? (mode === 'payment' ? 'if_required' : 'always'),
      paymentStatus: mode === 'setup' ? 'no_payment_required' : 'unpaid',
      setupIntent: setup?.id ?? null,
      submitType: parameters.submit_type ?? null,
      url: pageUrls.checkout(context.origin, id),
    }),
    allowed_payment_method_types: allowed,
    payment_method_types: allowed ?? ['card'],
  }
  context.store.put('checkout.session', session)
  context.store.put('checkout_line_items', { id, data: lines })
  context.store.put('checkout_terms', terms)
  const final = priced(context, session, terms, parameters)
  if (
    mode !== 'setup' &&
    !final.amount_total &&
    !customAmountOf(context, id) &&
    !final.payment_method_types.includes('card')
  ) {
    throw notSupportedYet('Beginning without a payment and without a card', 'allowed_payment_method_types')
  }
  return final
}

function purchaseCurrency(
  context: Context,
  { currency, line_items: lines }: Parameters,
  customer: Stripe.Customer | null,
): string {
  if (currency !== undefined) return checkedCurrency(currency, 'currency')
  const [first] = lines ?? []
  if (first?.price_data) {
    return checkedCurrency(first.price_data.currency, 'line_items[0][price_data][currency]')
  }
  return currencyOfPurchase(context, context.store.get('price', first?.price ?? ''), customer)
}

/** With its amounts, and with the discount that it is made with. */
function priced(
  context: Context,
  session: Stripe.Checkout.Session,
  terms: CheckoutTerms,
  parameters: Parameters,
): Stripe.Checkout.Session {
  if (session.mode === 'setup') return session
  const plain = priceCheckout(context, session, terms)
  const buyer = {
    customer: parameters.customer ?? null,
    currency: session.currency ?? 'usd',
    totalMinor: plain.amount_subtotal,
  }
  const [redemption] = redemptionsOf(context, parameters.discounts ?? [], buyer, 'discounts')
  const final = redemption === undefined ? plain : planCheckoutDiscount(context, plain, terms, redemption)
  const problem = checkoutLimitProblem(final)
  if (problem === null) return final
  throw new StripeApiError(problem.message, problem.code === null ? {} : { code: problem.code })
}

function customerCreation(
  parameters: Parameters,
  mode: Stripe.Checkout.Session.Mode,
): Stripe.Checkout.Session.CustomerCreation | null {
  if (parameters.customer !== undefined) return null
  return parameters.customer_creation ?? (mode === 'subscription' ? 'always' : 'if_required')
}

function invoiceCreation(
  parameters: Parameters['invoice_creation'],
): Stripe.Checkout.Session.InvoiceCreation {
  const data = parameters?.invoice_data
  return {
    enabled: parameters?.enabled ?? false,
    invoice_data: {
      account_tax_ids: null,
      custom_fields: data?.custom_fields || null,
      description: data?.description ?? null,
      footer: data?.footer ?? null,
      issuer: null,
      metadata: mergedMetadata({}, data?.metadata),
      rendering_options: null,
    },
  }
}

function createSetupIntent(
  context: Context,
  terms: CheckoutTerms,
  { customer, allowed }: { customer: string | null; allowed: string[] | null },
): Stripe.SetupIntent {
  const intent = buildSetupIntent(context.ids, {
    created: context.clock.now(),
    allowedPaymentMethodTypes: allowed,
    customer,
    description: terms.setup?.description ?? null,
    metadata: terms.setup?.metadata ?? {},
  })
  context.store.put('setup_intent', intent)
  context.emit('setup_intent.created', intent)
  return intent
}
