import { parameterInvalid } from './error-catalogue.ts'
import { pageLimit } from './pagination.ts'

/** A page of a list of API v2: cursors are whole URLs. */
export interface ListOfV2<T> {
  data: T[]
  next_page_url: string | null
  previous_page_url: string | null
}

/**
 * One page of a list, 20 by default.
 * @param query what narrows the list, to be repeated in the address of the next page.
 */
export function pageOfV2<T extends { id: string }>(
  all: readonly T[],
  parameters: { limit?: number; page?: string },
  path: string,
  query: readonly (readonly [string, string])[] = [],
): ListOfV2<T> {
  const limit = pageLimit(parameters.limit ?? 20)
  const start = parameters.page === undefined ? 0 : placeAfter(all, parameters.page)
  const data = all.slice(start, start + limit)
  const last = data.at(-1)
  if (last === undefined || all.length <= start + limit) {
    return { data, next_page_url: null, previous_page_url: null }
  }
  const page = Buffer.from(last.id).toString('base64url')
  const next = new URLSearchParams({ limit: String(limit), page })
  for (const [key, value] of query) next.append(key, value)
  return { data, next_page_url: `${path}?${next}`, previous_page_url: null }
}

function placeAfter(all: readonly { id: string }[], page: string): number {
  const id = Buffer.from(page, 'base64url').toString('utf8')
  const place = all.findIndex((each) => each.id === id)
  if (place === -1) throw parameterInvalid('page', `Invalid page: ${page}`)
  return place + 1
}
