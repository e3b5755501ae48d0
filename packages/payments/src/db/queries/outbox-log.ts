import { type ExpressionBuilder, type RawBuilder, sql } from 'kysely'
import type { Executor } from '../connect.ts'
import type { Tables } from '../tables.ts'
import { wants } from './outbox-targets.ts'

export type DeliveryStatus = Tables['outbox_deliveries']['status']

/** One app event as operators see it, with what became of it at each target. */
export interface LoggedAppEvent {
  id: number
  ownerId: string
  type: string
  payload: unknown
  occurredAt: Date
  deliveries: LoggedDelivery[]
}

export interface LoggedDelivery {
  target: string
  status: DeliveryStatus
  /** Failures so far. */
  attempts: number
  lastError: string | null
  finishedAt: Date | null
}

export interface AppEventFilter {
  status?: DeliveryStatus | undefined
  type?: string | undefined
  ownerId?: string | undefined
  /** The last event of the page before. */
  after?: number | undefined
  limit: number
}

/** Latest stored first. With a status: those of which a delivery has it. */
export async function listAppEvents(executor: Executor, filter: AppEventFilter): Promise<LoggedAppEvent[]> {
  const { status, type, ownerId, after, limit } = filter
  const rows = await executor
    .selectFrom('outbox as o')
    .select(COLUMNS)
    .$if(status !== undefined, (query) =>
      query.where((eb) =>
        eb.exists(
          eb
            .selectFrom('outbox_deliveries as d')
            .select('d.outbox_id')
            .whereRef('d.outbox_id', '=', 'o.id')
            .whereRef('d.occurred_at', '=', 'o.occurred_at')
            .where('d.status', '=', status ?? 'dead'),
        ),
      ),
    )
    .$if(type !== undefined, (query) => query.where('o.type', '=', type ?? ''))
    .$if(ownerId !== undefined, (query) => query.where('o.owner_id', '=', ownerId ?? ''))
    .$if(after !== undefined, (query) => query.where('o.id', '<', after ?? 0))
    .orderBy('o.id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(loggedOf)
}

export async function findAppEvent(executor: Executor, id: number): Promise<LoggedAppEvent | null> {
  const row = await executor
    .selectFrom('outbox as o')
    .select(COLUMNS)
    .where('o.id', '=', id)
    .executeTakeFirst()
  return row ? loggedOf(row) : null
}

interface StoredDelivery extends Omit<LoggedDelivery, 'finishedAt'> {
  finishedAt: string | null
}

const COLUMNS = (eb: ExpressionBuilder<{ o: Tables['outbox'] } & Tables, 'o'>) =>
  [
    eb.ref('o.id').as('id'),
    eb.ref('o.owner_id').as('ownerId'),
    eb.ref('o.type').as('type'),
    eb.ref('o.payload').as('payload'),
    eb.ref('o.occurred_at').as('occurredAt'),
    sql<StoredDelivery[]>`coalesce((
      select jsonb_agg(jsonb_build_object('target', d.target, 'status', d.status, 'attempts', d.attempts,
        'lastError', d.last_error, 'finishedAt', d.finished_at) order by d.target)
      from billhook.outbox_deliveries d where d.outbox_id = o.id and d.occurred_at = o.occurred_at), '[]')`.as(
      'deliveries',
    ),
  ] as const

function loggedOf(
  row: Omit<LoggedAppEvent, 'deliveries'> & { deliveries: StoredDelivery[] },
): LoggedAppEvent {
  return {
    ...row,
    deliveries: row.deliveries.map((delivery) => ({
      ...delivery,
      finishedAt: delivery.finishedAt === null ? null : new Date(delivery.finishedAt),
    })),
  }
}

export interface Selection {
  /** Null: all. */
  ids: readonly number[] | null
  target?: string | undefined
  ownerId?: string | undefined
  type?: string | undefined
  /** Stored from then on. */
  since?: Date | undefined
}

/** One statement for all of them might take longer than any may. */
const EVENTS_AT_A_TIME = 500

/** Has dead and waiting deliveries sent again, now, with their failures forgotten, where they are still wanted. Returns how many. */
export async function retryDeliveries(executor: Executor, selection: Selection, now: Date): Promise<number> {
  const isRetried = (status: RawBuilder<unknown>) =>
    selection.ids === null ? sql`${status} = 'dead'` : sql`${status} <> 'delivered'`
  return await inSteps(
    executor,
    (above, upTo) => sql<Step>`
      with chosen as materialized (
        select d.target, d.outbox_id, d.occurred_at, d.owner_id
        from billhook.outbox_deliveries d join billhook.outbox o on o.id = d.outbox_id and o.occurred_at = d.occurred_at
        where d.outbox_id > ${above} and d.outbox_id <= ${upTo} and ${isRetried(sql`d.status`)} and ${matches(selection)}
          and ${matchesTarget(selection, sql`d.target`)} and ${wants(sql`d.target`, sql`o.type`)}
        order by d.outbox_id fetch first ${sql.lit(EVENTS_AT_A_TIME)} rows with ties),
      queues as (${makeDue(now)}),
      again as (
        update billhook.outbox_deliveries d set status = 'pending', attempts = 0, finished_at = null
        from chosen c
        where ${AFTER_QUEUES} and d.outbox_id = c.outbox_id and d.target = c.target and d.occurred_at = c.occurred_at and ${isRetried(sql`d.status`)}
        returning 1)
      select (select count(*) from again)::int as count, (select max(outbox_id) from chosen) as last`,
  )
}

/**
 * Sends events again to every target that is named at present and wants them, whether it took them or not, also to one that was not there when they were
 * stored. Each keeps its id, so that a receiver that remembers ids drops what it has. Returns how many deliveries that are.
 */
export async function replayAppEvents(executor: Executor, selection: Selection, now: Date): Promise<number> {
  return await inSteps(
    executor,
    (above, upTo) => sql<Step>`
      with events as materialized (
        select o.id, o.occurred_at, o.owner_id, o.type from billhook.outbox o
        where o.id > ${above} and o.id <= ${upTo} and ${matches(selection)}
        order by o.id limit ${sql.lit(EVENTS_AT_A_TIME)}),
      chosen as materialized (
        select t.name as target, e.id, e.occurred_at, e.owner_id from events e cross join billhook.outbox_targets t
        where ${matchesTarget(selection, sql`t.name`)} and ${wants(sql`t.name`, sql`e.type`)}),
      queues as (${makeDue(now)}),
      again as (
        insert into billhook.outbox_deliveries (target, outbox_id, occurred_at, owner_id, status, created_at)
        select target, id, occurred_at, owner_id, 'pending', ${now} from chosen where ${AFTER_QUEUES}
        on conflict (outbox_id, target, occurred_at) do update
          set status = 'pending', attempts = 0, finished_at = null, last_error = null, created_at = ${now}
        returning 1)
      select (select count(*) from again)::int as count, (select max(id) from events) as last`,
  )
}

interface Step {
  count: number
  /** Null: there was none left. */
  last: number | null
}

/** Up to the event that is the newest at the beginning: what is told meanwhile needs nobody to send it again. */
async function inSteps(
  executor: Executor,
  step: (above: number, upTo: number) => RawBuilder<Step>,
): Promise<number> {
  const { rows } = await sql<{ newest: number }>`
    select coalesce(max(id), 0) as newest from billhook.outbox`.execute(executor)
  const upTo = rows[0]?.newest ?? 0
  let count = 0
  for (let above: number | null = 0; above !== null; ) {
    const [done]: Step[] = (await step(above, upTo).execute(executor)).rows
    count += done?.count ?? 0
    above = done?.last ?? null
  }
  return count
}

function matches({ ids, ownerId, type, since }: Selection): RawBuilder<unknown> {
  return sql.join(
    [
      ids === null ? sql`true` : sql`o.id = any(${ids}::bigint[])`,
      ownerId === undefined ? sql`true` : sql`o.owner_id = ${ownerId}`,
      type === undefined ? sql`true` : sql`o.type = ${type}`,
      since === undefined ? sql`true` : sql`o.occurred_at >= ${since}`,
    ],
    sql` and `,
  )
}

function matchesTarget({ target }: Selection, column: RawBuilder<unknown>): RawBuilder<unknown> {
  return target === undefined ? sql`true` : sql`${column} = ${target}`
}

/** Of what is `chosen`, in the order in which queues are locked, and before their deliveries are touched: see outbox-queues.ts. */
const makeDue = (now: Date) => sql`
  insert into billhook.outbox_queues as q (target, owner_id, due_at, token)
  select target, owner_id, ${now}::timestamptz, 0 from chosen group by target, owner_id order by owner_id collate "C", target
  on conflict (target, owner_id) do update set due_at = least(q.due_at, ${now})
  returning 1`

/** The parts of a statement have no order of their own: this needs all queues to be locked before the first row passes. */
const AFTER_QUEUES = sql`(select count(*) from queues) > 0`
