import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { searchPage } from '../wire/search-page.ts'
import type { SearchFields } from '../wire/search-query.ts'

const fields: SearchFields<Stripe.Customer> = {
  created: { kind: 'number', read: (customer) => customer.created },
  email: { kind: 'text', read: (customer) => customer.email },
  name: { kind: 'text', read: (customer) => customer.name },
  phone: { kind: 'text', read: (customer) => customer.phone },
}

export function searchCustomers(
  context: Context,
  parameters: Stripe.CustomerSearchParams,
): Stripe.ApiSearchResult<Stripe.Customer> {
  return searchPage(context, 'customer', parameters, { url: '/v1/customers/search', fields })
}
