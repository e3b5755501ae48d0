import { customerOf } from '../events/customer-of.ts'
import type { Store } from '../store/store.ts'
import type { TableName } from '../store/tables.ts'
import type { DisturbedRequest } from '../wire/disturbance.ts'

/** Start of an id → where its object lies. */
const tables: Readonly<Record<string, TableName>> = {
  cs_test: 'checkout.session',
  ch: 'charge',
  in: 'invoice',
  inpay: 'invoice_payment',
  pi: 'payment_intent',
  py: 'charge',
  pm: 'payment_method',
  re: 'refund',
  seti: 'setup_intent',
  sub: 'subscription',
  sub_sched: 'subscription_schedule',
}

/** Whom a request is about: the `customer` that it names, or the one who owns the object in its path. */
export function customerOfRequest(store: Store, request: DisturbedRequest): string | null {
  const named =
    new URLSearchParams(request.query).get('customer') ?? new URLSearchParams(request.body).get('customer')
  if (named) return named
  for (const segment of request.path.split('/')) {
    if (segment.startsWith('cus_')) return segment
    const table = tables[segment.slice(0, segment.lastIndexOf('_'))]
    const object = table && store.get(table, segment)
    if (object) return customerOf(object)
  }
  return null
}
