import {
  beginCustomerAttempt,
  type CustomerRow,
  findCustomerOfOwner,
  insertCustomer,
  linkCustomer,
  noteCustomerAsked,
} from '../db/queries/customers.ts'
import { DomainError } from '../domain/errors.ts'
import type { Principal } from '../domain/principal.ts'
import type { Stripe } from '../stripe/client.ts'
import { isServerError, stripeFailure } from '../stripe/errors.ts'
import { idempotencyKey } from '../stripe/idempotency.ts'
import type { ActionContext } from './context.ts'
import { poll } from './poll.ts'

/*
 * One customer per owner (I7), row first:
 *
 *   1. insert the row and commit          the partial unique index lets one of many first requests win
 *   2. create the customer at Stripe      under a key derived from the row, so that a repeat gets the same customer
 *   3. write the id into the row
 *
 * Who did not win waits for the winner's id, then does 2 and 3 itself: the winner may have died. Stripe forgets keys after a day, so
 * for a row that waited longer than a request can take, Stripe is first asked for the customer that carries the row's number. (Its
 * `customer.created` event links the row too.) It is looked for in Stripe's list, which is true at once; search lags, and is not to be
 * had in every country. `updated_at` is when Stripe was last asked for a customer after none was found, so that the list is short:
 * every request of that attempt began before the row was old, and had ended soon after.
 *
 * Until then Stripe repeats what it answered under the key, an error of its own included: a row that is old, not found and still
 * answered so begins its next attempt, under another key. That error may be of a request that did its work, so that from the second
 * attempt on nothing is asked before a look.
 */

export interface EnsuredCustomer {
  rowId: number
  stripeCustomerId: string
  /** Made by this very call: nothing can be subscribed with it yet. */
  isNew: boolean
}

/** Longer than any attempt takes, retries included. */
const ABANDONED_AFTER_MS = 2 * 60_000
/** By how much our clocks and Stripe's may be apart. */
const CLOCKS_APART_MS = 10 * 60_000

/** The owner's Stripe customer, made when there is none. */
export async function ensureCustomer(context: ActionContext, principal: Principal): Promise<EnsuredCustomer> {
  const { db, clock } = context
  const known = await findCustomerOfOwner(db.query, principal.ownerId)
  if (known?.stripe_customer_id) return ensured(known.id, known.stripe_customer_id)

  const email = usableEmail(principal.email)
  const inserted =
    known === null ? await insertCustomer(db.query, { ownerId: principal.ownerId, email }, clock.now()) : null
  if (inserted) return await createAtStripe(context, inserted)

  const waiting = known ?? (await findCustomerOfOwner(db.query, principal.ownerId))
  if (waiting === null) throw new DomainError('request_in_progress', { retryAfterSeconds: 1 })
  if (isAbandoned(context, waiting)) {
    return (await findAtStripe(context, waiting)) ?? (await createAgain(context, waiting))
  }
  const linked = await poll(clock, async () => {
    const row = await findCustomerOfOwner(db.query, principal.ownerId)
    return row?.stripe_customer_id ? ensured(row.id, row.stripe_customer_id) : null
  })
  if (linked) return linked
  const found = waiting.attempt > 1 ? await findAtStripe(context, waiting) : null
  return found ?? (await createAtStripe(context, waiting))
}

/** For a row that is old and for which Stripe has no customer. */
async function createAgain(context: ActionContext, row: CustomerRow): Promise<EnsuredCustomer> {
  const { db, clock } = context
  const asked = await noteCustomerAsked(db.query, row.id, clock.now())
  if (asked.stripe_customer_id) return ensured(asked.id, asked.stripe_customer_id)
  try {
    return await createAtStripe(context, asked)
  } catch (error) {
    // Most likely what Stripe repeats under this key.
    if (isServerError(error)) {
      await beginCustomerAttempt(db.query, asked, { email: asked.email, now: clock.now() })
    }
    throw error
  }
}

async function createAtStripe(context: ActionContext, row: CustomerRow): Promise<EnsuredCustomer> {
  const { db, stripe, clock, installationId } = context
  const parameters: Stripe.CustomerCreateParams = {
    ...(row.email !== null && { email: row.email }),
    metadata: {
      billhook_owner_id: row.owner_id,
      billhook_customer_row: String(row.id),
      billhook_installation: installationId,
    },
  }
  const options = { idempotencyKey: idempotencyKey(installationId, 'customer', `${row.id}:${row.attempt}`) }
  try {
    const customer = await stripe.customers.create(parameters, options)
    await linkCustomer(db.query, row.id, customer.id, clock.now())
    return { rowId: row.id, stripeCustomerId: customer.id, isNew: true }
  } catch (error) {
    // An address that Stripe does not take must not keep anybody from buying: Checkout asks for one.
    if (stripeFailure(error) === 'refused' && row.email !== null) {
      const next = await beginCustomerAttempt(db.query, row, { email: null, now: clock.now() })
      return await createAtStripe(context, next)
    }
    throw error
  }
}

/** The customer that was made for this row by a process that died before it wrote the id down; null when there is none. */
export async function findAtStripe(
  context: ActionContext,
  row: CustomerRow,
): Promise<EnsuredCustomer | null> {
  const { db, stripe, clock, installationId } = context
  const asked = row.updated_at.getTime()
  const created = {
    gte: Math.floor((asked - CLOCKS_APART_MS) / 1000),
    lte: Math.ceil((asked + 2 * ABANDONED_AFTER_MS + CLOCKS_APART_MS) / 1000),
  }
  // To its end: what bounds it is the time, in which nobody gets more than a few pages of customers.
  for await (const { id, metadata } of stripe.customers.list({ created, limit: 100 })) {
    if (metadata.billhook_installation !== installationId) continue
    if (metadata.billhook_customer_row !== String(row.id)) continue
    await linkCustomer(db.query, row.id, id, clock.now())
    return ensured(row.id, id)
  }
  return null
}

function isAbandoned(context: ActionContext, row: CustomerRow): boolean {
  return context.clock.now().getTime() - row.updated_at.getTime() > ABANDONED_AFTER_MS
}

function ensured(rowId: number, stripeCustomerId: string): EnsuredCustomer {
  return { rowId, stripeCustomerId, isNew: false }
}

/** Stripe takes 512 characters at most. Whether the address exists is Stripe's to say. */
function usableEmail(email: string | null): string | null {
  return email !== null && email.length <= 512 && /^[^\s\p{Cc}@]+@[^\s\p{Cc}@]+$/u.test(email) ? email : null
}
