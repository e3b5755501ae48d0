import { type ExpressionBuilder, sql } from 'kysely'
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

/** Has dead and waiting deliveries sent again, now, with their failures forgotten, where they are still wanted. Returns how many. */
export async function retryDeliveries(executor: Executor, selection: Selection, now: Date): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with again as (
      update billhook.outbox_deliveries d set status = 'pending', attempts = 0, finished_at = null
      from billhook.outbox o
      where o.id = d.outbox_id and o.occurred_at = d.occurred_at and d.status <> 'delivered' and (${selection.ids}::bigint[] is not null or d.status = 'dead') and ${matches(selection)}
        and ${matchesTarget(selection, sql`d.target`)} and ${wants(sql`d.target`, sql`o.type`)}
      returning d.target, d.owner_id),
    queues as (${makeDue(now)})
    select count(*)::int as count from again`.execute(executor)
  return rows[0]?.count ?? 0
}

/**
 * Sends events again to every target that is named at present and wants them, whether it took them or not, also to one that was not there when they were
 * stored. Each keeps its id, so that a receiver that remembers ids drops what it has. Returns how many deliveries that are.
 */
export async function replayAppEvents(executor: Executor, selection: Selection, now: Date): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with again as (
      insert into billhook.outbox_deliveries (target, outbox_id, occurred_at, owner_id, status, created_at)
      select t.name, o.id, o.occurred_at, o.owner_id, 'pending', ${now} from billhook.outbox o cross join billhook.outbox_targets t
      where ${matches(selection)} and ${matchesTarget(selection, sql`t.name`)} and ${wants(sql`t.name`, sql`o.type`)}
      on conflict (outbox_id, target, occurred_at) do update
        set status = 'pending', attempts = 0, finished_at = null, last_error = null, created_at = ${now}
      returning target, owner_id),
    queues as (${makeDue(now)})
    select count(*)::int as count from again`.execute(executor)
  return rows[0]?.count ?? 0
}

const matches = ({ ids, ownerId, type, since }: Selection) => sql`
  (${ids}::bigint[] is null or o.id = any(${ids}::bigint[])) and (${ownerId ?? null}::text is null or o.owner_id = ${ownerId ?? null}::text)
  and (${type ?? null}::text is null or o.type = ${type ?? null}::text)
  and (${since ?? null}::timestamptz is null or o.occurred_at >= ${since ?? null}::timestamptz)`

const matchesTarget = ({ target }: Selection, column: ReturnType<typeof sql>) =>
  sql`(${target ?? null}::text is null or ${column} = ${target ?? null}::text)`

const makeDue = (now: Date) => sql`
  insert into billhook.outbox_queues as q (target, owner_id, due_at, token)
  select distinct target, owner_id, ${now}::timestamptz, 0 from again order by 1, 2
  on conflict (target, owner_id) do update set due_at = least(q.due_at, ${now})`
