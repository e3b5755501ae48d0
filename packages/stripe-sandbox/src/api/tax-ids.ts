import type Stripe from 'stripe'
import { addTaxId, removeTaxId } from '../billing/tax-ids.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { defineRoute } from '../wire/define-route.ts'
import { parameterInvalid, parameterMissing, resourceMissing } from '../wire/error-catalogue.ts'
import { existing } from '../wire/existing.ts'
import { page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'

/** Tax ids of customers, and of the account itself. */
export const taxIdRoutes: readonly Route[] = [
  defineRoute<Stripe.TaxIdCreateParams>({
    method: 'POST',
    path: '/v1/tax_ids',
    supports: ['type', 'value', 'owner.type', 'owner.customer'],
    handle: (context, { type, value, owner }) => createTaxId(context, { type, value }, ownerOf(owner)),
  }),
  defineRoute<Stripe.TaxIdListParams>({
    method: 'GET',
    path: '/v1/tax_ids',
    supports: ['owner.type', 'owner.customer'],
    handle: (context, parameters) => {
      const customer = ownerOf(parameters.owner)
      return list(context, '/v1/tax_ids', parameters, customer)
    },
  }),
  defineRoute<Stripe.TaxIdRetrieveParams>({
    method: 'GET',
    path: '/v1/tax_ids/:id',
    supports: [],
    handle: (context, _, { id = '' }) => existing(context, 'tax_id', id),
  }),
  defineRoute<Stripe.TaxIdDeleteParams>({
    method: 'DELETE',
    path: '/v1/tax_ids/:id',
    supports: [],
    handle: (context, _, { id = '' }) => deleteTaxId(context, existing(context, 'tax_id', id)),
  }),
  defineRoute<Stripe.CustomerCreateTaxIdParams>({
    method: 'POST',
    path: '/v1/customers/:customer/tax_ids',
    supports: ['type', 'value'],
    handle: (context, { type, value }, { customer = '' }) =>
      createTaxId(context, { type, value }, existing(context, 'customer', customer).id),
  }),
  defineRoute<Stripe.CustomerListTaxIdsParams>({
    method: 'GET',
    path: '/v1/customers/:customer/tax_ids',
    supports: [],
    handle: (context, parameters, { customer = '' }) =>
      list(
        context,
        `/v1/customers/${customer}/tax_ids`,
        parameters,
        existing(context, 'customer', customer).id,
      ),
  }),
  defineRoute<Stripe.CustomerRetrieveTaxIdParams>({
    method: 'GET',
    path: '/v1/customers/:customer/tax_ids/:id',
    supports: [],
    handle: (context, _, path) => ofCustomer(context, path),
  }),
  defineRoute<Stripe.CustomerDeleteTaxIdParams>({
    method: 'DELETE',
    path: '/v1/customers/:customer/tax_ids/:id',
    supports: [],
    handle: (context, _, path) => deleteTaxId(context, ofCustomer(context, path)),
  }),
]

/** The customer that an `owner` names; null is the account itself, the default. */
function ownerOf(owner: Stripe.TaxIdCreateParams.Owner | undefined): string | null {
  if (owner === undefined || owner.type === 'self') return null
  if (owner.type !== 'customer') {
    throw parameterInvalid('owner[type]', 'A sandbox has no Connect: the owner is customer or self.')
  }
  if (owner.customer === undefined) throw parameterMissing('owner[customer]')
  return owner.customer
}

function createTaxId(
  context: Context,
  given: { type: string; value: string },
  customer: string | null,
): Stripe.TaxId {
  if (customer !== null) existing(context, 'customer', customer, 'owner[customer]')
  return addTaxId(context, given, customer)
}

function deleteTaxId(context: Context, taxId: Stripe.TaxId): Stripe.DeletedTaxId {
  removeTaxId(context, taxId)
  return { id: taxId.id, object: 'tax_id', deleted: true }
}

function ofCustomer(context: Context, { customer = '', id = '' }: Record<string, string>): Stripe.TaxId {
  existing(context, 'customer', customer, 'customer')
  const taxId = existing(context, 'tax_id', id)
  if (idOf(taxId.customer) !== customer) throw resourceMissing('tax_id', id)
  return taxId
}

function list(
  context: Context,
  url: string,
  parameters: Stripe.PaginationParams,
  customer: string | null,
): Stripe.ApiList<Stripe.TaxId> {
  return page(context, 'tax_id', {
    url,
    parameters,
    among: context.store.where('tax_id', 'owner', customer ?? 'self'),
  })
}
