import type { Store } from '../store/store.ts'
import type { TableName } from '../store/tables.ts'

/** Whose time it is: the id of a test clock, or null for the sandbox's own. */
export type Timeline = string | null

/** Prefix of an id → where the object lies. Only what belongs to a customer, or is a test clock itself. */
const tablesByPrefix: Readonly<Record<string, TableName>> = {
  clock: 'test_helpers.test_clock',
  cus: 'customer',
  sub: 'subscription',
  sub_sched: 'subscription_schedule',
  in: 'invoice',
  ii: 'invoiceitem',
  cn: 'credit_note',
  pi: 'payment_intent',
  seti: 'setup_intent',
  ch: 'charge',
  py: 'charge',
  cs_test: 'checkout.session',
  bps: 'billing_portal.session',
  pm: 'payment_method',
  re: 'refund',
  du: 'dispute',
  issfr: 'radar.early_fraud_warning',
  txn: 'balance_transaction',
  payatt: 'authentication',
}

/** The timeline of the first id that names something of a customer with a test clock. */
export function timelineOfIds(store: Store, ids: Iterable<string>): Timeline {
  // Nearly always: nobody uses test clocks here.
  if (store.count('test_helpers.test_clock') === 0) return null
  for (const id of ids) {
    const table = tablesByPrefix[id.slice(0, id.lastIndexOf('_'))]
    const object = table && store.get(table, id)
    const timeline = object ? timelineOf(store, object) : null
    if (timeline !== null) return timeline
  }
  return null
}

/** The timeline of an object: its own `test_clock`, or that of its customer. */
export function timelineOf(store: Store, object: object): Timeline {
  const { object: kind, id, test_clock: own, customer } = object as ClockedObject
  if (kind === 'test_helpers.test_clock') return id ?? null
  if (own !== undefined) return idIn(own)
  const customerId = idIn(customer) ?? customerOfChallenge(store, object) ?? customerOfCharge(store, object)
  if (customerId === null) return null
  return idIn(store.get('customer', customerId)?.test_clock)
}

/** A 3-D Secure challenge is about the customer of its intent. */
function customerOfChallenge(store: Store, { paymentIntent, setupIntent }: ClockedObject): string | null {
  const intent =
    store.get('payment_intent', paymentIntent ?? '') ?? store.get('setup_intent', setupIntent ?? '')
  return idIn(intent?.customer)
}

/** Disputes, warnings and movements of money are about the customer of their charge. */
function customerOfCharge(store: Store, { charge, source }: ClockedObject): string | null {
  const moved = idIn(source) ?? ''
  const mover = store.get('refund', moved) ?? store.get('dispute', moved)
  const chargeId = idIn(charge) ?? idIn(mover?.charge) ?? moved
  return idIn(store.get('charge', chargeId)?.customer)
}

/** What an object of Stripe may carry of a test clock. */
interface ClockedObject {
  object?: string
  id?: string
  test_clock?: string | { id: string } | null
  customer?: string | { id: string } | null
  charge?: string | { id: string } | null
  source?: string | { id: string } | null
  paymentIntent?: string | null
  setupIntent?: string | null
}

function idIn(value: string | { id: string } | null | undefined): string | null {
  return typeof value === 'string' ? value : (value?.id ?? null)
}
