import type { Selectable } from 'kysely'
import type { Executor } from '../connect.ts'
import type { Tables } from '../tables.ts'

export type CustomerRow = Selectable<Tables['customers']>

/** The owner's one live row, with or without a Stripe customer yet. */
export async function findCustomerOfOwner(executor: Executor, ownerId: string): Promise<CustomerRow | null> {
  const row = await executor
    .selectFrom('customers')
    .selectAll()
    .where('owner_id', '=', ownerId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row ?? null
}

/** The new row, or null when the owner has a live one already: the partial unique index decides, across replicas. */
export async function insertCustomer(
  executor: Executor,
  customer: { ownerId: string; email: string | null },
  now: Date,
): Promise<CustomerRow | null> {
  const row = await executor
    .insertInto('customers')
    .values({
      owner_id: customer.ownerId,
      stripe_customer_id: null,
      email: customer.email,
      created_at: now,
      updated_at: now,
      deleted_at: null,
    })
    .onConflict((conflict) => conflict.column('owner_id').where('deleted_at', 'is', null).doNothing())
    .returningAll()
    .executeTakeFirst()
  return row ?? null
}

/** Writes the id that Stripe gave to this row; does nothing when it has one. */
export async function linkCustomer(
  executor: Executor,
  rowId: number,
  stripeCustomerId: string,
  now: Date,
): Promise<void> {
  await executor
    .updateTable('customers')
    .set({ stripe_customer_id: stripeCustomerId, updated_at: now })
    .where('id', '=', rowId)
    .where('stripe_customer_id', 'is', null)
    .execute()
}

/** Stripe's ids of the newest customers, deleted ones included. */
export async function listLinkedCustomerIds(executor: Executor, limit: number): Promise<string[]> {
  const rows = await executor
    .selectFrom('customers')
    .select('stripe_customer_id')
    .where('stripe_customer_id', 'is not', null)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.flatMap(({ stripe_customer_id }) => stripe_customer_id ?? [])
}

/** Live rows that have no Stripe customer although the request that made them has long ended, the newest first. */
export async function listUnlinkedCustomers(
  executor: Executor,
  updated: { after: Date; before: Date },
  limit: number,
): Promise<CustomerRow[]> {
  return await executor
    .selectFrom('customers')
    .selectAll()
    .where('stripe_customer_id', 'is', null)
    .where('deleted_at', 'is', null)
    .where('updated_at', '>', updated.after)
    .where('updated_at', '<', updated.before)
    .orderBy('updated_at', 'desc')
    .limit(limit)
    .execute()
}

/** The customer is gone at Stripe; its owner gets a new row with the next checkout. The old one keeps its history. */
export async function markCustomerDeleted(executor: Executor, rowId: number, now: Date): Promise<void> {
  await executor
    .updateTable('customers')
    .set({ deleted_at: now, updated_at: now })
    .where('id', '=', rowId)
    .where('deleted_at', 'is', null)
    .execute()
}

/**
 * Begins another attempt to make the customer at Stripe: the row's next request has another key. Of many callers who saw
 * the same attempt fail, one begins the next. Answers the row as it is afterwards.
 */
export async function beginCustomerAttempt(
  executor: Executor,
  failed: Pick<CustomerRow, 'id' | 'attempt'>,
  next: { email: string | null; now: Date },
): Promise<CustomerRow> {
  await executor
    .updateTable('customers')
    .set({ email: next.email, attempt: failed.attempt + 1, updated_at: next.now })
    .where('id', '=', failed.id)
    .where('attempt', '=', failed.attempt)
    .where('stripe_customer_id', 'is', null)
    .execute()
  return await executor
    .selectFrom('customers')
    .selectAll()
    .where('id', '=', failed.id)
    .executeTakeFirstOrThrow()
}

/** Stripe is about to be asked for this row's customer once more. Answers the row as it is afterwards. */
export async function noteCustomerAsked(executor: Executor, rowId: number, now: Date): Promise<CustomerRow> {
  await executor
    .updateTable('customers')
    .set({ updated_at: now })
    .where('id', '=', rowId)
    .where('stripe_customer_id', 'is', null)
    .execute()
  return await executor.selectFrom('customers').selectAll().where('id', '=', rowId).executeTakeFirstOrThrow()
}

/** The row of a Stripe customer, deleted ones included: their history is still synced. Null when it is not ours. */
export async function findCustomerByStripeId(
  executor: Executor,
  stripeCustomerId: string,
): Promise<CustomerRow | null> {
  const row = await executor
    .selectFrom('customers')
    // Named one by one: asked for every sync, and a statement that says `*` is planned each time.
    .select([
      'id',
      'owner_id',
      'stripe_customer_id',
      'email',
      'attempt',
      'created_at',
      'updated_at',
      'deleted_at',
    ])
    .where('stripe_customer_id', '=', stripeCustomerId)
    .executeTakeFirst()
  return row ?? null
}

export async function setCustomerEmail(
  executor: Executor,
  rowId: number,
  email: string,
  now: Date,
): Promise<void> {
  await executor.updateTable('customers').set({ email, updated_at: now }).where('id', '=', rowId).execute()
}
