import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import type { TableName, Tables } from '../store/tables.ts'
import { parameterInvalid } from './error-catalogue.ts'
import { pageLimit } from './pagination.ts'
import { compileQuery, type SearchFields } from './search-query.ts'

/** What can be searched: it has a moment of creation and metadata. */
type Searchable = { id: string; created: number; metadata: Stripe.Metadata }
type SearchableTable = { [T in TableName]: Tables[T] extends Searchable ? T : never }[TableName]

interface SearchParameters {
  query: string
  limit?: number
  page?: string
}

/**
 * A page of what a query finds, newest first. Found at once is what Stripe finds within a minute, or later where a fault says so:
 * callers must not lean on either. `page` is the last id seen.
 */
export function searchPage<T extends SearchableTable>(
  context: Context,
  table: T,
  parameters: SearchParameters,
  { url, fields }: { url: string; fields: SearchFields<Tables[T]> },
): Stripe.ApiSearchResult<Tables[T]> {
  const fits = compileQuery(parameters.query, fields)
  const knownUntil = context.clock.now() - (context.searchLagSeconds ?? 0)
  const limit = pageLimit(parameters.limit)
  const after = parameters.page === undefined ? undefined : lastSeen(context, table, parameters.page)
  const data: Tables[T][] = []
  let hasStarted = after === undefined
  let hasMore = false
  for (const object of context.store.all(table)) {
    if (hasStarted && object.created <= knownUntil && fits(object)) {
      hasMore = data.length === limit
      if (hasMore) break
      data.push(object)
    }
    if (object.id === after) hasStarted = true
  }
  const last = data.at(-1)
  return {
    object: 'search_result',
    data,
    has_more: hasMore,
    next_page: hasMore && last ? Buffer.from(last.id).toString('base64url') : null,
    url,
  }
}

function lastSeen(context: Context, table: TableName, token: string): string {
  const id = Buffer.from(token, 'base64url').toString('utf8')
  if (context.store.get(table, id) === undefined) throw parameterInvalid('page', `Invalid page: ${token}`)
  return id
}
