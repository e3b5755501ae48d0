import { type RawBuilder, sql, type Updateable } from 'kysely'
import type { Doorbell } from '../../domain/doorbell.ts'
import { booleanArray, doubleArray, textArray } from '../binary-arrays.ts'
import type { Database, Executor } from '../connect.ts'
import { isPartitionChanged } from '../errors.ts'
import type { Tables } from '../tables.ts'

/** One event as it is stored. `ignoredBecause` says that nothing waits for it. */
export interface NewEvent {
  id: string
  type: string
  groupKey: string
  doorbells: readonly Doorbell[]
  apiVersion: string | null
  livemode: boolean
  stripeCreatedAt: Date
  receivedAt: Date
  /** The bytes as they came: JSON in UTF-8. */
  payload: Buffer
  ignoredBecause: string | null
  /** A webhook should have brought it by now, and did not. */
  wasMissed?: boolean
}

/** Names one row, and the partition that it lies in. */
export interface EventKey {
  id: string
  stripeCreatedAt: Date
}

/** One event that waits for the drain. */
export interface PendingEvent extends EventKey {
  groupKey: string
  type: string
  doorbells: readonly Doorbell[]
  attempts: number
  receivedAt: Date
  wasMissed: boolean
}

/**
 * One row per element of the arrays. Times come as seconds since 1970. An event is due at once: from Stripe's time on, so that one that
 * arrived while our clock was ahead does not wait until that time has come.
 */
const INSERT = `
with new as (
  insert into billhook.events (id, type, group_key, doorbells, api_version, livemode, stripe_created_at, received_at,
    status, next_attempt_at, note, finished_at, was_missed)
  select id, type, group_key, doorbells::json, api_version, livemode, to_timestamp(created), to_timestamp(received),
    case when note is null then 'pending' else 'ignored' end,
    case when note is null then to_timestamp(least(created, received)) end,
    note,
    case when note is not null then to_timestamp(received) end,
    was_missed
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::float8[], $8::float8[], $9::text[],
    $10::boolean[])
    as e (id, type, group_key, doorbells, api_version, livemode, created, received, note, was_missed)
  on conflict do nothing
  returning id, stripe_created_at),
bodies as (
  insert into billhook.event_bodies (id, stripe_created_at, body)
  select new.id, new.stripe_created_at, body
  from new join unnest($1::text[], $11::text[]) as b (id, body) on b.id = new.id
  on conflict do nothing)
select id from new`

/** Stores what is not stored yet and returns the ids of those. One statement, one commit, for however many events. */
export async function insertEvents(db: Database, events: readonly NewEvent[]): Promise<Set<string>> {
  try {
    return await insertOnce(db, events)
  } catch (error) {
    if (!isPartitionChanged(error)) throw error
    // Their week got its own partition while we waited to put them among the rest.
    return await insertOnce(db, events)
  }
}

async function insertOnce(db: Database, events: readonly NewEvent[]): Promise<Set<string>> {
  const { rows } = await db.pool.query<{ id: string }>({
    name: 'insert-events',
    text: INSERT,
    values: [
      textArray(events.map((event) => event.id)),
      textArray(events.map((event) => event.type)),
      textArray(events.map((event) => event.groupKey)),
      textArray(events.map((event) => JSON.stringify(event.doorbells))),
      textArray(events.map((event) => event.apiVersion)),
      booleanArray(events.map((event) => event.livemode)),
      doubleArray(events.map((event) => event.stripeCreatedAt.getTime() / 1000)),
      doubleArray(events.map((event) => event.receivedAt.getTime() / 1000)),
      textArray(events.map((event) => event.ignoredBecause)),
      booleanArray(events.map((event) => event.wasMissed ?? false)),
      textArray(events.map((event) => event.payload)),
    ],
  })
  return new Set(rows.map((row) => row.id))
}

/** The ids of those that are stored. */
export async function listKnownEventIds(
  executor: Executor,
  events: readonly EventKey[],
): Promise<Set<string>> {
  const rows = await executor.selectFrom('events').select('id').where(isOneOf(events)).execute()
  return new Set(rows.map((row) => row.id))
}

/** Whether anything waits for one of these groups. */
export async function hasPendingEvents(executor: Executor, groupKeys: readonly string[]): Promise<boolean> {
  const row = await executor
    .selectFrom('events')
    .select('id')
    .where('group_key', 'in', groupKeys)
    .where('status', '=', 'pending')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Stripe tells a new subscription in eleven events. */
const EVENTS_A_GROUP = 12

/**
 * Groups with events that are due, those that wait longest first, without the ones that somebody is syncing right now. Looks at
 * the first `lookAhead` due events only, so that a long backlog costs no more than a short one. With an earlier `settledBy`, only
 * groups with an event that was received by then (or in the future, by a clock that was wrong); `unaddressedBy` is the same for groups
 * that are no customer's. In a backlog those stand so much further back as well: what they point at is mirrored by the customers before
 * them, and whoever overtook those would have to ask Stripe for it.
 */
export async function listDueGroups(
  db: Database,
  now: Date,
  limit: number,
  { settledBy = now, unaddressedBy = now, lookAhead = limit * EVENTS_A_GROUP } = {},
): Promise<string[]> {
  const { rows } = await db.pool.query<{ group_key: string }>({
    name: 'due-groups',
    text: `select group_key from (
        select e.group_key, e.next_attempt_at from billhook.events e
        where e.status = 'pending' and e.next_attempt_at <= $1
          and (e.received_at <= case when e.group_key like '%:%' then $5::timestamptz else $4 end or e.received_at > $1)
          and not exists (select from billhook.leases l where l.group_key = e.group_key and l.expires_at > $1
            and l.expires_at <= $1 + interval '2 minutes')
        order by e.next_attempt_at limit $3) due
      group by group_key
      order by min(next_attempt_at) + case when group_key like '%:%' then $4::timestamptz - $5 else interval '0' end limit $2`,
    values: [now, limit, lookAhead, settledBy, unaddressedBy],
  })
  return rows.map((row) => row.group_key)
}

const DUE_EVENTS = {
  name: 'due-events',
  text: `select id, type, group_key as "groupKey", doorbells, attempts, stripe_created_at as "stripeCreatedAt",
      received_at as "receivedAt", was_missed as "wasMissed"
    from billhook.events where group_key = $1 and status = 'pending' and next_attempt_at <= $2
    order by received_at, id limit $3`,
}

/** A group's due events, oldest first. A named statement: planning it for every week costs more than running it. */
export async function listDueEvents(
  db: Database,
  groupKey: string,
  now: Date,
  limit: number,
): Promise<PendingEvent[]> {
  const { rows } = await db.pool.query<PendingEvent>({ ...DUE_EVENTS, values: [groupKey, now, limit] })
  return rows
}

/** Which events are changed; all of one group. */
type Waiting = Pick<PendingEvent, 'id' | 'stripeCreatedAt' | 'groupKey'>

/** In the transaction that wrote what these events made stale (I4). */
export async function markProcessed(
  executor: Executor,
  events: readonly Waiting[],
  now: Date,
): Promise<void> {
  await finish(executor, events, { status: 'processed', finished_at: now })
}

/** Nothing of ours was stale; `note` says why for whoever looks. */
export async function markIgnored(
  executor: Executor,
  events: readonly Waiting[],
  note: string,
  now: Date,
): Promise<void> {
  await finish(executor, events, { status: 'ignored', note, finished_at: now })
}

/** Kept failing. Stays for an operator, with the last error. */
export async function markDead(
  executor: Executor,
  events: readonly Waiting[],
  error: string,
  now: Date,
): Promise<void> {
  await finish(executor, events, {
    status: 'dead',
    last_error: error,
    finished_at: now,
    attempts: sql<number>`attempts + 1`,
  })
}

/** Failed and counted: the next try is at `nextAttemptAt`. */
export async function retryEvents(
  executor: Executor,
  events: readonly Waiting[],
  error: string,
  nextAttemptAt: Date,
): Promise<void> {
  await change(executor, events, {
    last_error: error,
    next_attempt_at: nextAttemptAt,
    attempts: sql<number>`attempts + 1`,
  })
}

/** Could not be tried, through no fault of theirs: nothing is counted. */
export async function postponeEvents(
  executor: Executor,
  events: readonly Waiting[],
  error: string,
  nextAttemptAt: Date,
): Promise<void> {
  await change(executor, events, { last_error: error, next_attempt_at: nextAttemptAt })
}

/** Moves events to the customer (or the catalogue) that they turned out to belong to. They stay pending. */
export async function readdressEvents(
  executor: Executor,
  events: readonly Waiting[],
  groupKey: string,
  doorbells: readonly Doorbell[],
): Promise<void> {
  await change(executor, events, { group_key: groupKey, doorbells: JSON.stringify(doorbells) })
}

/** Figures of the inbox for the metrics: how many wait, since when the oldest, how many are dead. */
export async function readInboxFigures(
  executor: Executor,
): Promise<{ pending: number; oldestReceivedAt: Date | null; dead: number }> {
  const [waiting, dead] = await Promise.all([
    executor
      .selectFrom('events')
      .select((eb) => [eb.fn.countAll<number>().as('pending'), eb.fn.min('received_at').as('oldest')])
      .where('status', '=', 'pending')
      .executeTakeFirstOrThrow(),
    executor
      .selectFrom('events')
      .select((eb) => eb.fn.countAll<number>().as('dead'))
      .where('status', '=', 'dead')
      .executeTakeFirstOrThrow(),
  ])
  return { pending: waiting.pending, oldestReceivedAt: waiting.oldest, dead: dead.dead }
}

type Changes = Omit<Updateable<Tables['events']>, 'attempts'> & { attempts?: RawBuilder<number> }

/** Only what is still pending is ended: whoever came first has decided. */
async function finish(executor: Executor, events: readonly Waiting[], changes: Changes): Promise<void> {
  await change(executor, events, { ...changes, next_attempt_at: null })
}

/**
 * The group is there for the planner, outside of a transaction: where it believes that hardly anything is pending, it takes the index of what
 * is, and in a long backlog would read all of it for each group.
 */
async function change(executor: Executor, events: readonly Waiting[], changes: Changes): Promise<void> {
  const [first] = events
  if (!first) return
  await executor
    .updateTable('events')
    .set(changes)
    .where('group_key', '=', first.groupKey)
    .where(isOneOf(events))
    .where('status', '=', 'pending')
    .execute()
}

/** The ids say which; the times are there so that only their partitions are looked at. */
function isOneOf(events: readonly EventKey[]): RawBuilder<boolean> {
  const times = events.map(({ stripeCreatedAt }) => stripeCreatedAt.getTime())
  return sql<boolean>`id = any(${events.map(({ id }) => id)})
    and stripe_created_at between ${new Date(Math.min(...times))} and ${new Date(Math.max(...times))}`
}
