import type Stripe from 'stripe'
import { announceCustomer } from '../billing/announce-customer.ts'
import { draftInvoice } from '../billing/draft-invoice.ts'
import { withLines } from '../billing/draft-lines.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { parameterInvalid, parameterMissing } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { checkedCurrency } from './checked-currency.ts'
import { advance, dueDate } from './invoice-terms.ts'
import { checkOwnCard } from './own-card.ts'
import { ownDiscounts } from './own-discounts.ts'
import { taxRatesOf } from './subscription-lines.ts'

type Parameters = Stripe.InvoiceCreateParams

export const invoiceCreateParameters = [
  'auto_advance',
  'automatically_finalizes_at',
  'collection_method',
  'currency',
  'custom_fields.*',
  'customer',
  'days_until_due',
  'default_payment_method',
  'default_tax_rates',
  'description',
  'discounts.coupon',
  'discounts.promotion_code',
  'due_date',
  'effective_at',
  'footer',
  'metadata.*',
  'pending_invoice_items_behavior',
  'statement_descriptor',
  'subscription',
] as const

/**
 * A draft made by hand (`invoice.created`). It takes what waits for the customer only when told to; for a subscription, what
 * waits for that subscription, unless told not to. It goes on by itself only with `auto_advance`.
 */
export function createInvoice(context: Context, parameters: Parameters): Stripe.Invoice {
  const subscription = billedSubscription(context, parameters)
  const customer = billedCustomer(context, parameters, subscription)
  const currency =
    parameters.currency === undefined
      ? (subscription?.currency ?? customer.currency ?? 'usd')
      : checkedCurrency(parameters.currency, 'currency')
  const behavior = parameters.pending_invoice_items_behavior ?? (subscription ? 'include' : 'exclude')
  const card = parameters.default_payment_method
  if (card !== undefined) checkOwnCard(context, customer.id, card, 'default_payment_method')
  const now = context.clock.now()
  const id = context.ids.newId('in_')
  const draft = draftInvoice(
    context,
    {
      id,
      lines: [],
      customer,
      currency,
      billingReason: 'manual',
      subscription,
      periodStart: now,
      periodEnd: now,
      collectionMethod: parameters.collection_method ?? 'charge_automatically',
      defaultTaxRates: taxRatesOf(context, parameters.default_tax_rates ?? [], 'default_tax_rates'),
      isAutoAdvanced: false,
      defaultPaymentMethod: card ?? null,
      description: parameters.description ?? null,
      discounts: ownDiscounts(context, parameters.discounts, [], {
        buyer: { customer: customer.id, currency, totalMinor: null },
        place: { customer: customer.id, invoice: id },
        param: 'discounts',
      }),
      footer: parameters.footer ?? null,
      customFields: customFields(parameters.custom_fields),
      metadata: mergedMetadata({}, parameters.metadata),
    },
    { takesPendingItems: behavior === 'include' },
  )
  if (behavior === 'include' && draft.lines.data.length === 0) throw nothingToInvoice(subscription)
  const invoice = withTerms(context, draft, parameters, (subscription?.days_until_due ?? null) !== null)
  context.store.put('invoice', invoice)
  announceCustomer(context, customer, currency)
  context.emit('invoice.created', invoice)
  return invoice
}

/** At most four, of 40 and 140 characters; undefined when nothing was said about them. */
export function customFields(parameter: Parameters['custom_fields']): Stripe.Invoice.CustomField[] | null {
  if (parameter === undefined || parameter === '' || parameter === null) return null
  if (parameter.length > 4) {
    throw parameterInvalid('custom_fields', 'You may specify up to 4 custom fields.')
  }
  return parameter.map(({ name, value }, index) => {
    if (name.length > 40) {
      throw parameterInvalid(`custom_fields[${index}][name]`, 'The name may have up to 40 characters.')
    }
    if (value.length > 140) {
      throw parameterInvalid(`custom_fields[${index}][value]`, 'The value may have up to 140 characters.')
    }
    return { name, value }
  })
}

/** Newest pending item first, as on Stripe's manual invoices. */
function withTerms(
  context: Context,
  draft: Stripe.Invoice,
  parameters: Parameters,
  hasOwnTerms: boolean,
): Stripe.Invoice {
  const finalizesAt = parameters.automatically_finalizes_at
  if (finalizesAt !== undefined && finalizesAt <= draft.created) {
    throw parameterInvalid('automatically_finalizes_at', 'This value must be in the future.')
  }
  return {
    ...withLines(draft, draft.lines.data.toReversed()),
    ...advance(
      draft,
      parameters.auto_advance ?? finalizesAt !== undefined,
      finalizesAt ?? draft.created + context.settings.finalizeAfterSeconds,
    ),
    due_date: dueDate(parameters, draft, { hasOwnTerms }),
    effective_at: parameters.effective_at ?? null,
    statement_descriptor: parameters.statement_descriptor ?? null,
  }
}

function billedSubscription(context: Context, { subscription: id }: Parameters): Stripe.Subscription | null {
  return id === undefined ? null : existing(context, 'subscription', id, 'subscription')
}

function billedCustomer(
  context: Context,
  { customer }: Parameters,
  subscription: Stripe.Subscription | null,
): Stripe.Customer {
  const owner = idOf(subscription?.customer)
  if (customer !== undefined && owner !== null && owner !== customer) {
    throw parameterInvalid(
      'subscription',
      `Customer ${customer} does not have a subscription with ID ${subscription?.id ?? ''}`,
    )
  }
  const id = customer ?? owner
  if (id === null) throw parameterMissing('customer')
  return existing(context, 'customer', id, 'customer')
}

function nothingToInvoice(subscription: Stripe.Subscription | null): StripeApiError {
  return subscription === null
    ? new StripeApiError('Nothing to invoice for customer', { code: 'invoice_no_customer_line_items' })
    : new StripeApiError('Nothing to invoice for subscription', {
        code: 'invoice_no_subscription_line_items',
      })
}
