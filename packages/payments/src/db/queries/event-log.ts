import type { Selectable } from 'kysely'
import type { Executor } from '../connect.ts'
import type { Tables } from '../tables.ts'

/** One event as operators see it: the row of the inbox without its body. */
export type LoggedEvent = Omit<Selectable<Tables['events']>, 'payload'>
export type EventStatus = LoggedEvent['status']

const COLUMNS = [
  'id',
  'type',
  'group_key',
  'doorbells',
  'api_version',
  'livemode',
  'stripe_created_at',
  'received_at',
  'status',
  'attempts',
  'next_attempt_at',
  'last_error',
  'note',
  'finished_at',
  'was_missed',
] as const

export interface EventFilter {
  status?: EventStatus | undefined
  type?: string | undefined
  stripeCustomerId?: string | undefined
  /** The last event of the page before. */
  after?: Pick<LoggedEvent, 'id' | 'received_at'> | undefined
  limit: number
}

/** Latest received first. */
export async function listLoggedEvents(executor: Executor, filter: EventFilter): Promise<LoggedEvent[]> {
  const { status, type, stripeCustomerId, after, limit } = filter
  return await executor
    .selectFrom('events')
    .select(COLUMNS)
    .$if(status !== undefined, (query) => query.where('status', '=', status ?? 'dead'))
    .$if(type !== undefined, (query) => query.where('type', '=', type ?? ''))
    .$if(stripeCustomerId !== undefined, (query) => query.where('group_key', '=', stripeCustomerId ?? ''))
    .$if(after !== undefined, (query) =>
      query.where((eb) =>
        eb(
          eb.refTuple('received_at', 'id'),
          '<',
          eb.tuple(after?.received_at ?? new Date(0), after?.id ?? ''),
        ),
      ),
    )
    .orderBy('received_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

export async function findLoggedEvent(executor: Executor, id: string): Promise<LoggedEvent | null> {
  const row = await executor
    .selectFrom('events')
    .select(COLUMNS)
    .where('id', '=', id)
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

/** The body as it came, as text. */
export async function readEventPayload(executor: Executor, id: string): Promise<string | null> {
  const row = await executor
    .selectFrom('events')
    .leftJoin('event_bodies', (join) =>
      join
        .onRef('event_bodies.id', '=', 'events.id')
        .onRef('event_bodies.stripe_created_at', '=', 'events.stripe_created_at'),
    )
    .select((eb) => eb.fn.coalesce('body', 'payload').as('body'))
    .where('events.id', '=', id)
    .limit(1)
    .executeTakeFirst()
  return row?.body ?? null
}

/**
 * Makes an event due now, whatever became of it: syncing again what it rang for never does harm. Its failures are counted anew. Null
 * when there is none.
 */
export async function retryEventNow(executor: Executor, id: string, now: Date): Promise<LoggedEvent | null> {
  const row = await executor
    .updateTable('events')
    .set({ status: 'pending', attempts: 0, next_attempt_at: now, finished_at: null, note: null })
    .where('id', '=', id)
    .returning(COLUMNS)
    .executeTakeFirst()
  return row ?? null
}

/** Makes every dead event due; returns how many. */
export async function retryDeadEvents(executor: Executor, now: Date): Promise<number> {
  const { numUpdatedRows } = await executor
    .updateTable('events')
    .set({ status: 'pending', attempts: 0, next_attempt_at: now, finished_at: null })
    .where('status', '=', 'dead')
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** Ends an event that waits or was given up. Null when there is none, or it was processed. */
export async function ignoreEvent(
  executor: Executor,
  id: string,
  note: string,
  now: Date,
): Promise<LoggedEvent | null> {
  const row = await executor
    .updateTable('events')
    .set({ status: 'ignored', note, next_attempt_at: null, finished_at: now })
    .where('id', '=', id)
    .where('status', 'in', ['pending', 'dead', 'ignored'])
    .returning(COLUMNS)
    .executeTakeFirst()
  return row ?? null
}
