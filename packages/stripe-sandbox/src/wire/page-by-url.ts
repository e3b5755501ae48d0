import { parameterInvalid } from './error-catalogue.ts'
import { pageLimit } from './pagination.ts'

/** A page of a list of API v2: cursors are whole URLs. */
export interface ListByUrl<T> {
  data: T[]
  next_page_url: string | null
  previous_page_url: string | null
}

/**
 * One page of a list, 20 by default.
 * @param query what narrows the list, to be repeated in the addresses of other pages.
 */
export function pageByUrl<T extends { id: string }>(
  all: readonly T[],
  parameters: { limit?: number; page?: string },
  path: string,
  query: readonly (readonly [string, string])[] = [],
): ListByUrl<T> {
  const limit = pageLimit(parameters.limit ?? 20)
  const start = parameters.page === undefined ? 0 : placeAfter(all, parameters.page)
  const urlFrom = (place: number): string => {
    const parts = new URLSearchParams({ limit: String(limit) })
    const before = all[place - 1]
    if (before) parts.set('page', Buffer.from(before.id).toString('base64url'))
    for (const [key, value] of query) parts.append(key, value)
    return `${path}?${parts}`
  }
  return {
    data: all.slice(start, start + limit),
    next_page_url: all.length > start + limit ? urlFrom(start + limit) : null,
    previous_page_url: start > 0 ? urlFrom(Math.max(0, start - limit)) : null,
  }
}

function placeAfter(all: readonly { id: string }[], page: string): number {
  const id = Buffer.from(page, 'base64url').toString('utf8')
  const place = all.findIndex((each) => each.id === id)
  if (place === -1) throw parameterInvalid('page', `Invalid page: ${page}`)
  return place + 1
}
