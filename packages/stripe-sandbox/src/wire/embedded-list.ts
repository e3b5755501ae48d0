import type Stripe from 'stripe'
import { parametersExclusive, resourceMissing } from './error-catalogue.ts'
import { pageLimit } from './pagination.ts'

/** One page of what lies inside an object, in its own order: a session's or an invoice's lines. */
export function embeddedList<T extends { id: string }>(
  all: readonly T[],
  parameters: Stripe.PaginationParams,
  url: string,
): Stripe.ApiList<T> {
  const { starting_after: after, ending_before: before } = parameters
  const limit = pageLimit(parameters.limit)
  if (after !== undefined && before !== undefined)
    throw parametersExclusive(['ending_before', 'starting_after'])
  if (before !== undefined) {
    const end = placeOf(all, before, 'ending_before')
    const start = Math.max(0, end - limit)
    return { object: 'list', data: all.slice(start, end), has_more: start > 0, url }
  }
  const start = after === undefined ? 0 : placeOf(all, after, 'starting_after') + 1
  return { object: 'list', data: all.slice(start, start + limit), has_more: all.length > start + limit, url }
}

function placeOf(all: readonly { id: string }[], id: string, param: string): number {
  const place = all.findIndex((each) => each.id === id)
  if (place === -1) throw resourceMissing('line item', id, param)
  return place
}
