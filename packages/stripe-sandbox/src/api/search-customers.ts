import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { parameterInvalid } from '../wire/error-catalogue.ts'
import { pageLimit } from '../wire/pagination.ts'
import { compileQuery, type SearchFields } from '../wire/search-query.ts'

const fields: SearchFields<Stripe.Customer> = {
  created: { kind: 'number', read: (customer) => customer.created },
  email: { kind: 'text', read: (customer) => customer.email },
  name: { kind: 'text', read: (customer) => customer.name },
  phone: { kind: 'text', read: (customer) => customer.phone },
}

/**
 * Finds at once what Stripe finds within a minute, or later where a fault says so: callers must not lean on either. `page` is
 * the last id seen.
 */
export function searchCustomers(
  context: Context,
  parameters: Stripe.CustomerSearchParams,
): Stripe.ApiSearchResult<Stripe.Customer> {
  const fits = compileQuery(parameters.query, fields)
  const knownUntil = context.clock.now() - (context.searchLagSeconds ?? 0)
  const matches = (customer: Stripe.Customer): boolean => customer.created <= knownUntil && fits(customer)
  const limit = pageLimit(parameters.limit)
  const after = parameters.page === undefined ? undefined : lastSeen(parameters.page)
  const data: Stripe.Customer[] = []
  let hasStarted = after === undefined
  let hasMore = false
  for (const customer of context.store.all('customer')) {
    if (hasStarted && matches(customer)) {
      hasMore = data.length === limit
      if (hasMore) break
      data.push(customer)
    }
    if (customer.id === after) hasStarted = true
  }
  const last = data.at(-1)
  return {
    object: 'search_result',
    data,
    has_more: hasMore,
    next_page: hasMore && last ? Buffer.from(last.id).toString('base64url') : null,
    url: '/v1/customers/search',
  }
}

function lastSeen(token: string): string {
  const id = Buffer.from(token, 'base64url').toString('utf8')
  if (!id.startsWith('cus_')) throw parameterInvalid('page', `Invalid page: ${token}`)
  return id
}
