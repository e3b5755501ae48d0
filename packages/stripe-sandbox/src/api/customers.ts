import type Stripe from 'stripe'
import { attachPaymentMethod } from '../billing/attach-payment-method.ts'
import { cancelSubscription } from '../billing/cancel-subscription.ts'
import { recordBalanceChange } from '../billing/customer-balance.ts'
import { expireCheckoutSession } from '../billing/expire-checkout-session.ts'
import { refreshDrafts } from '../billing/refresh-drafts.ts'
import { saveChanges } from '../billing/save-changes.ts'
import { cancelSchedule } from '../billing/schedules/end-schedule.ts'
import type { Context } from '../context.ts'
import { buildCustomer } from '../objects/customer.ts'
import { idOf } from '../store/tables.ts'
import { defineRoute } from '../wire/define-route.ts'
import { parameterInvalid } from '../wire/error-catalogue.ts'
import { existing } from '../wire/existing.ts'
import { inRange, page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'
import { changedCustomer } from './customer-changes.ts'
import { searchCustomers } from './search-customers.ts'

const settable = [
  'name',
  'email',
  'phone',
  'description',
  'business_name',
  'individual_name',
  'metadata.*',
  'address.*',
  'shipping.*',
  'balance',
  'invoice_prefix',
  'next_invoice_sequence',
  'invoice_settings.default_payment_method',
  'invoice_settings.footer',
  'invoice_settings.custom_fields.*',
  'preferred_locales',
  'tax_exempt',
]

export const customerRoutes: readonly Route[] = [
  defineRoute<Stripe.CustomerCreateParams>({
    method: 'POST',
    path: '/v1/customers',
    supports: [...settable, 'payment_method', 'test_clock'],
    handle: createCustomer,
  }),
  defineRoute<Stripe.CustomerSearchParams>({
    method: 'GET',
    path: '/v1/customers/search',
    supports: ['query', 'page'],
    handle: searchCustomers,
  }),
  defineRoute<Stripe.CustomerListParams>({
    method: 'GET',
    path: '/v1/customers',
    supports: ['email', 'created', 'created.*', 'test_clock'],
    handle: (context, parameters) =>
      page(context, 'customer', {
        url: '/v1/customers',
        parameters,
        ...(parameters.email === undefined
          ? {}
          : { among: context.store.where('customer', 'email', parameters.email) }),
        filter: (customer) =>
          idOf(customer.test_clock) === (parameters.test_clock ?? null) &&
          inRange(customer.created, parameters.created),
      }),
  }),
  defineRoute<Stripe.CustomerRetrieveParams>({
    method: 'GET',
    path: '/v1/customers/:id',
    supports: [],
    handle: (context, _, { id = '' }) =>
      context.store.get('deleted_customer', id) ?? existing(context, 'customer', id),
  }),
  defineRoute<Stripe.CustomerUpdateParams>({
    method: 'POST',
    path: '/v1/customers/:id',
    supports: settable,
    handle: (context, parameters, { id = '' }) => {
      const before = existing(context, 'customer', id)
      const after = changedCustomer(context, before, parameters)
      recordBalance(context, before.balance, after, 'adjustment')
      const saved = saveChanges(context, 'customer', before, after, 'customer.updated')
      refreshDrafts(context, saved)
      return saved
    },
  }),
  defineRoute<Stripe.CustomerDeleteParams>({
    method: 'DELETE',
    path: '/v1/customers/:id',
    supports: [],
    handle: (context, _, { id = '' }) => deleteCustomer(context, existing(context, 'customer', id)),
  }),
]

function createCustomer(context: Context, parameters: Stripe.CustomerCreateParams): Stripe.Customer {
  const { payment_method: named, test_clock: clock, ...fields } = parameters
  const blank: Stripe.Customer = {
    ...buildCustomer(context.ids, context.clock.now()),
    test_clock: clock === undefined ? null : testClockWithRoom(context, clock),
  }
  // Attached first, because the customer may name it as the default; a declined card undoes the customer too.
  const attached = named === undefined ? undefined : attachPaymentMethod(context, named, blank.id)
  const customer = changedCustomer(context, blank, withDefault(fields, named, attached))
  context.store.put('customer', customer)
  recordBalance(context, 0, customer, 'initial')
  context.emit('customer.created', customer)
  return customer
}

function recordBalance(
  context: Context,
  beforeMinor: number,
  customer: Stripe.Customer,
  type: 'adjustment' | 'initial',
): void {
  const amountMinor = customer.balance - beforeMinor
  if (amountMinor === 0) return
  recordBalanceChange(context, customer, { amountMinor, currency: customer.currency ?? 'usd', type })
}

/** At most three customers share a test clock. */
function testClockWithRoom(context: Context, id: string): string {
  existing(context, 'test_helpers.test_clock', id, 'test_clock')
  if ([...context.store.where('customer', 'test_clock', id)].length >= 3) {
    throw parameterInvalid('test_clock', 'A test clock can have at most 3 customers.')
  }
  return id
}

/** A ready-made card (`pm_card_visa`) that is also named as the default means the one that was just made of it. */
function withDefault(
  fields: Stripe.CustomerCreateParams,
  named: string | undefined,
  attached: Stripe.PaymentMethod | undefined,
): Stripe.CustomerCreateParams {
  if (!attached || fields.invoice_settings?.default_payment_method !== named) return fields
  return { ...fields, invoice_settings: { ...fields.invoice_settings, default_payment_method: attached.id } }
}

/** Cancels what the customer pays for or could still buy, then leaves only the fact that they were there. */
function deleteCustomer(context: Context, customer: Stripe.Customer): Stripe.DeletedCustomer {
  for (const subscription of context.store.where('subscription', 'customer', customer.id)) {
    if (subscription.ended_at === null) cancelSubscription(context, subscription)
  }
  for (const schedule of context.store.where('subscription_schedule', 'customer', customer.id)) {
    if (schedule.status === 'not_started') cancelSchedule(context, schedule)
  }
  for (const session of context.store.where('checkout.session', 'customer', customer.id)) {
    if (session.status === 'open') expireCheckoutSession(context, session)
  }
  for (const taxId of context.store.where('tax_id', 'owner', customer.id)) {
    context.store.delete('tax_id', taxId.id)
  }
  const deleted: Stripe.DeletedCustomer = { id: customer.id, object: 'customer', deleted: true }
  context.store.delete('customer', customer.id)
  context.store.put('deleted_customer', deleted)
  context.emit('customer.deleted', customer)
  return deleted
}
