import { type RawBuilder, sql, type Updateable } from 'kysely'
import type { Database, Executor, Tx } from '../connect.ts'
import type { Tables } from '../tables.ts'
import { inTransaction } from '../transaction.ts'
import { impossiblyLate } from './impossibly-late.ts'
import { wants } from './outbox-targets.ts'

/*
 * Locks: an owner's queue comes before his deliveries there, whoever changes them (to work them off, to send them again, to give them up). Who needs
 * several queues takes them by owner (as bytes), then by target: so does a transaction that tells several owners. Who only looks for
 * work passes over what is locked.
 */

/** What waits for one owner at one target, claimed. The token is the fence. */
export interface ClaimedQueue {
  target: string
  ownerId: string
  token: number
}

/** Names an event, and the week that it lies in. */
export interface DeliveryKey {
  outboxId: number
  occurredAt: Date
}

export interface PendingDelivery extends DeliveryKey {
  ownerId: string
  type: string
  payload: unknown
  /** Failures so far. */
  attempts: number
  /** False when the target was to get it and now is not: nobody names its type any more. */
  isWanted: boolean
}

/** Longer than any delivery may take. A process that died blocks the owner's queue for this long. */
const CLAIM_MS = 60_000

/** Takes up to `limit` queues that are due, those that wait longest first. */
export async function claimQueues(
  executor: Executor,
  target: string,
  now: Date,
  limit: number,
): Promise<ClaimedQueue[]> {
  return await claim(executor, target, now, sql`order by due_at limit ${limit}`)
}

/**
 * Takes the one with which a target that seems to be away is likeliest to be found there again, in case that its failures are those of some
 * events: one that never failed, else the one that came due last.
 */
export async function claimLikeliestQueue(
  executor: Executor,
  target: string,
  now: Date,
): Promise<ClaimedQueue[]> {
  const fresh = await claim(executor, target, now, sql`and failed_at is null order by due_at desc limit 1`)
  return fresh.length > 0 ? fresh : await claim(executor, target, now, sql`order by due_at desc limit 1`)
}

async function claim(
  executor: Executor,
  target: string,
  now: Date,
  which: RawBuilder<unknown>,
): Promise<ClaimedQueue[]> {
  const until = new Date(now.getTime() + CLAIM_MS)
  const { rows } = await sql<ClaimedQueue>`
    update billhook.outbox_queues q set token = q.token + 1, claimed_until = ${until}
    from (
      select target, owner_id from billhook.outbox_queues
      where target = ${target} and due_at <= ${now}
        and (claimed_until is null or claimed_until <= ${now} or claimed_until > ${impossiblyLate(now, until)})
      ${which} for update skip locked) due
    where q.target = due.target and q.owner_id = due.owner_id
    returning q.target, q.owner_id as "ownerId", q.token`.execute(executor)
  return rows
}

/** Holds it for longer; false when somebody else has taken it. */
export async function keepQueue(executor: Executor, queue: ClaimedQueue, now: Date): Promise<boolean> {
  return await update(executor, queue, { claimed_until: new Date(now.getTime() + CLAIM_MS) })
}

/** The first that waits, then its event: its time says in which week that lies. */
export async function nextDelivery(executor: Executor, queue: ClaimedQueue): Promise<PendingDelivery | null> {
  const { rows } = await sql<PendingDelivery>`
    select o.id as "outboxId", o.owner_id as "ownerId", o.type, o.payload, o.occurred_at as "occurredAt", d.attempts,
      ${wants(sql`${queue.target}::text`, sql`o.type`)} as "isWanted"
    from (
      select outbox_id, occurred_at, attempts from billhook.outbox_deliveries
      where target = ${queue.target} and owner_id = ${queue.ownerId} and status = 'pending'
      order by outbox_id limit 1) d
    join billhook.outbox o on o.id = d.outbox_id and o.occurred_at = d.occurred_at`.execute(executor)
  return rows[0] ?? null
}

/** False when the queue was lost: then nothing is marked. */
export async function markDelivered(
  db: Database,
  queue: ClaimedQueue,
  delivery: DeliveryKey,
  now: Date,
): Promise<boolean> {
  return await underFence(db, queue, async (tx) => {
    await updateDelivery(tx, queue, delivery, { status: 'delivered', finished_at: now, last_error: null })
  })
}

/** As if it had never been queued. False when the queue was lost: then it stays. */
export async function forgetDelivery(
  db: Database,
  queue: ClaimedQueue,
  { outboxId, occurredAt }: DeliveryKey,
): Promise<boolean> {
  return await underFence(db, queue, async (tx) => {
    await tx
      .deleteFrom('outbox_deliveries')
      .where('target', '=', queue.target)
      .where('outbox_id', '=', outboxId)
      .where('occurred_at', '=', occurredAt)
      .execute()
  })
}

/** A dead one lets the next go on; else the queue waits until `dueAt`. */
export async function markFailed(
  db: Database,
  queue: ClaimedQueue,
  delivery: DeliveryKey,
  { error, isDead, dueAt, now }: { error: string; isDead: boolean; dueAt: Date; now: Date },
): Promise<boolean> {
  return await underFence(db, queue, async (tx) => {
    await updateDelivery(tx, queue, delivery, {
      ...(isDead && { status: 'dead', finished_at: now }),
      attempts: sql<number>`attempts + 1`,
      last_error: error,
    })
    if (!isDead) await update(tx, queue, { due_at: dueAt, failed_at: now, claimed_until: null })
  })
}

/** Gives it back: removed when nothing is pending, else due at once. */
export async function finishQueue(db: Database, queue: ClaimedQueue, now: Date): Promise<boolean> {
  return await underFence(db, queue, async (tx) => {
    if (await nextDelivery(tx, queue)) {
      await update(tx, queue, { due_at: now, failed_at: null, claimed_until: null })
      return
    }
    await tx
      .deleteFrom('outbox_queues')
      .where('target', '=', queue.target)
      .where('owner_id', '=', queue.ownerId)
      .execute()
  })
}

/** Of work that broke off, to be taken again at that time. What it had given back by then stays as it is. */
export async function giveBackQueue(executor: Executor, queue: ClaimedQueue, dueAt: Date): Promise<void> {
  await executor
    .updateTable('outbox_queues')
    .set({ due_at: dueAt, claimed_until: null })
    .where('target', '=', queue.target)
    .where('owner_id', '=', queue.ownerId)
    .where('token', '=', queue.token)
    .where('claimed_until', 'is not', null)
    .execute()
}

/** Locks the queue's row; does nothing when the token is not ours any more. */
async function underFence(
  db: Database,
  queue: ClaimedQueue,
  work: (tx: Tx) => Promise<void>,
): Promise<boolean> {
  return await inTransaction(db, async (tx) => {
    const row = await tx
      .selectFrom('outbox_queues')
      .select('token')
      .where('target', '=', queue.target)
      .where('owner_id', '=', queue.ownerId)
      .forUpdate()
      .executeTakeFirst()
    if (row?.token !== queue.token) return false
    await work(tx)
    return true
  })
}

type Changes = Omit<Updateable<Tables['outbox_deliveries']>, 'attempts'> & { attempts?: RawBuilder<number> }

async function updateDelivery(
  tx: Tx,
  { target }: ClaimedQueue,
  { outboxId, occurredAt }: DeliveryKey,
  changes: Changes,
): Promise<void> {
  await tx
    .updateTable('outbox_deliveries')
    .set(changes)
    .where('target', '=', target)
    .where('outbox_id', '=', outboxId)
    .where('occurred_at', '=', occurredAt)
    .execute()
}

async function update(
  executor: Executor,
  { target, ownerId, token }: ClaimedQueue,
  changes: { due_at?: Date; failed_at?: Date | null; claimed_until: Date | null },
): Promise<boolean> {
  const { numUpdatedRows } = await executor
    .updateTable('outbox_queues')
    .set(changes)
    .where('target', '=', target)
    .where('owner_id', '=', ownerId)
    .where('token', '=', token)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Figures for `/metrics`. */
export async function readOutboxFigures(
  executor: Executor,
): Promise<{ pending: number; oldestCreatedAt: Date | null; dead: number }> {
  const { rows } = await sql<{ pending: number; oldest: Date | null; dead: number }>`
    select (select count(*) from billhook.outbox_deliveries where status = 'pending')::int as pending,
      (select min(created_at) from billhook.outbox_deliveries where status = 'pending') as oldest,
      (select count(*) from billhook.outbox_deliveries where status = 'dead')::int as dead`.execute(executor)
  const [figures] = rows
  return {
    pending: figures?.pending ?? 0,
    oldestCreatedAt: figures?.oldest ?? null,
    dead: figures?.dead ?? 0,
  }
}
