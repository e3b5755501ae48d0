import type { Doorbell, DoorbellResource } from '../domain/doorbell.ts'
import { fetchChargedInvoice } from './charged-invoice.ts'
import { fetchCheckoutSession } from './checkout-session.ts'
import type { SyncContext } from './context.ts'
import { fetchCustomer } from './customer.ts'
import { fetchDispute } from './dispute.ts'
import type { Fetch, Fetched, FetchedResource, Owner } from './fetched.ts'
import { fetchFraudWarning } from './fraud-warning.ts'
import { fetchInvoice } from './invoice.ts'
import { mapBounded } from './map-bounded.ts'
import { fetchPayment } from './payment.ts'
import { fetchRefund } from './refund.ts'
import { fetchSubscription } from './subscription.ts'

/** What belongs to a customer, in the order in which it is written, and with it the order of its transitions. */
const FETCHES: readonly (readonly [DoorbellResource, Fetch])[] = [
  ['customer', fetchCustomer],
  ['subscription', fetchSubscription],
  ['invoice', fetchInvoice],
  ['payment', fetchPayment],
  ['refund', fetchRefund],
  ['dispute', fetchDispute],
  ['fraud_warning', fetchFraudWarning],
  ['checkout_session', fetchCheckoutSession],
]

/**
 * An invoice brings its subscription, or else its payments: one call for both. So a renewal costs two, one for its draft with the new period and
 * one when that is charged.
 */
const BRINGER: DoorbellResource = 'invoice'

/** Requests to Stripe at a time, for one customer. */
const AT_A_TIME = 4

/** Stripe says that this is somebody else's, or nobody's. */
export class ForeignResource extends Error {
  override readonly name = 'ForeignResource'
}

/** Something to be asked for. */
interface Wanted {
  doorbell: Doorbell
  /** It only hangs on something that rang. */
  isRelated: boolean
}

/**
 * Fetches every resource once, however many doorbells rang for it, and what hangs on each. Returns them in the order of writing.
 * Throws ForeignResource when a doorbell's resource is not the owner's; what only hangs on one of the owner's is then left out.
 */
export async function fetchAll(
  context: SyncContext,
  owner: Owner,
  doorbells: readonly Doorbell[],
): Promise<FetchedResource[]> {
  const rang = new Set(doorbells.map(({ resource }) => resource))
  const isCharge = rang.has('payment') && !rang.has('subscription')
  const fetched = new Map<string, FetchedResource>()
  const isMissing = ({ doorbell }: Wanted) => !fetched.has(keyOf(doorbell))
  let wanted = unique(doorbells.map((doorbell) => ({ doorbell, isRelated: false })))
  while (wanted.length > 0) {
    // Those whose answer may bring others of the list come first.
    const bringers = wanted.filter(({ doorbell }) => doorbell.resource === BRINGER)
    const now = bringers.length > 0 ? bringers : wanted
    const later = wanted.filter((one) => !now.includes(one))
    const results = await mapBounded(now, AT_A_TIME, async (one) => ({
      result: await fetchOne(context, owner, one.doorbell, isCharge),
      isRelated: one.isRelated,
    }))
    for (const { result, isRelated } of results) {
      const key = keyOf(result.doorbell)
      if (isForeign(result, owner)) {
        if (!isRelated) throw new ForeignResource(`${key} is not of ${owner.stripeCustomerId}`)
        continue
      }
      fetched.set(key, result)
      for (const brought of result.brought ?? []) {
        if (!isForeign(brought, owner)) fetched.set(keyOf(brought.doorbell), brought)
      }
      later.push(...result.related.map((doorbell) => ({ doorbell, isRelated: true })))
    }
    wanted = unique(later).filter(isMissing)
  }
  return [...fetched.values()].sort((a, b) => rankOf(a.doorbell) - rankOf(b.doorbell))
}

async function fetchOne(
  context: SyncContext,
  owner: Owner,
  doorbell: Doorbell,
  isCharge: boolean,
): Promise<FetchedResource> {
  const usual = FETCHES[rankOf(doorbell)]?.[1]
  const fetch = isCharge && doorbell.resource === BRINGER ? fetchChargedInvoice : usual
  if (!fetch) throw new Error(`${keyOf(doorbell)} does not belong to a customer`)
  return { ...(await fetch(context, doorbell.id, owner)), doorbell }
}

/** Absent ones carry no customer: their mirror row, if there is one, decides when it is written. */
function isForeign(result: Fetched, owner: Owner): boolean {
  return result.stripeCustomerId !== undefined && result.stripeCustomerId !== owner.stripeCustomerId
}

function rankOf(doorbell: Doorbell): number {
  return FETCHES.findIndex(([resource]) => resource === doorbell.resource)
}

function keyOf(doorbell: Doorbell): string {
  return `${doorbell.resource} ${doorbell.id}`
}

/** Of two for the same resource the first stays: what rang stands before what hangs on it. */
function unique(wanted: readonly Wanted[]): Wanted[] {
  const byKey = new Map<string, Wanted>()
  for (const one of wanted) if (!byKey.has(keyOf(one.doorbell))) byKey.set(keyOf(one.doorbell), one)
  return [...byKey.values()]
}
