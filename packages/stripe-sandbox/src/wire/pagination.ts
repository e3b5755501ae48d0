import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import type { TableName, Tables } from '../store/tables.ts'
import { parameterInvalid, parametersExclusive, resourceMissing } from './error-catalogue.ts'
import { nounOf } from './existing.ts'

export interface PageOptions<T extends TableName> {
  /** The list's own `url`, e.g. `/v1/customers`. */
  url: string
  parameters: Stripe.PaginationParams
  /** Stripe's lower-case word for one of these, for a cursor that names nothing; by default the table's. */
  noun?: string
  /** What to page through, newest first; the whole table when left out. */
  among?: Iterable<Tables[T]>
  filter?: (object: Tables[T]) => boolean
}

/** One page of a table: newest first, cursors exclusive, `limit` 1 to 100 (default 10). */
export function page<T extends TableName>(
  context: Pick<Context, 'store'>,
  table: T,
  options: PageOptions<T>,
): Stripe.ApiList<Tables[T]> {
  const { starting_after: after, ending_before: before } = options.parameters
  const limit = pageLimit(options.parameters.limit)
  if (after !== undefined && before !== undefined)
    throw parametersExclusive(['ending_before', 'starting_after'])
  for (const [param, cursor] of [['starting_after', after] as const, ['ending_before', before] as const]) {
    if (cursor !== undefined && !context.store.get(table, cursor)) {
      throw resourceMissing(options.noun ?? nounOf(table), cursor, param)
    }
  }
  const data: Tables[T][] = []
  let hasStarted = after === undefined
  let hasMore = false
  for (const object of options.among ?? context.store.all(table)) {
    if (object.id === before) break
    if (hasStarted && (options.filter?.(object) ?? true)) {
      if (before === undefined && data.length === limit) {
        hasMore = true
        break
      }
      data.push(object)
    }
    if (object.id === after) hasStarted = true
  }
  if (before !== undefined && data.length > limit) {
    hasMore = true
    data.splice(0, data.length - limit)
  }
  return { object: 'list', data, has_more: hasMore, url: options.url }
}

export function pageLimit(limit = 10): number {
  if (limit < 1) throw parameterInvalid('limit', 'This value must be greater than or equal to 1.')
  if (limit > 100)
    throw parameterInvalid(
      'limit',
      `This value must be less than or equal to 100 (it currently is '${limit}').`,
    )
  return limit
}

/** A filter such as `created: { gte: 1 }` or `created: 1`. Unix seconds. */
export function inRange(value: number, range: Stripe.RangeQueryParam | number | undefined): boolean {
  if (range === undefined) return true
  if (typeof range === 'number') return value === range
  return (
    (range.gt === undefined || value > range.gt) &&
    (range.gte === undefined || value >= range.gte) &&
    (range.lt === undefined || value < range.lt) &&
    (range.lte === undefined || value <= range.lte)
  )
}
