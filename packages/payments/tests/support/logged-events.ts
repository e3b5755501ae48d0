import type { Insertable } from 'kysely'
import type { Database } from '../../src/db/connect.ts'
import type { Tables } from '../../src/db/tables.ts'

/** Events as they lie in the inbox; what a test is about is given. */
export async function storeEvent(
  db: Database,
  event: Partial<Insertable<Tables['events']>> & { id: string },
): Promise<void> {
  const at = new Date('2026-11-25T10:00:00Z')
  await db.query
    .insertInto('events')
    .values({
      type: 'invoice.paid',
      group_key: 'cus_1',
      doorbells: '[{"resource":"invoice","id":"in_1"}]',
      api_version: '2026-10-28.endive',
      livemode: false,
      stripe_created_at: at,
      received_at: at,
      payload: `{"id":"${event.id}","object":"event"}`,
      status: 'dead',
      attempts: 12,
      next_attempt_at: null,
      last_error: 'Error: it broke',
      note: null,
      finished_at: at,
      ...event,
    })
    .execute()
}

export async function storeDuplicate(
  db: Database,
  duplicate: Partial<Insertable<Tables['duplicate_subscriptions']>> & { owner_id: string },
): Promise<string> {
  const { id } = await db.query
    .insertInto('duplicate_subscriptions')
    .values({
      subscription_ids: ['sub_older', 'sub_newer'],
      status: 'left',
      note: 'the policy is alert',
      found_at: new Date('2026-11-25T10:00:00Z'),
      finished_at: new Date('2026-11-25T10:00:05Z'),
      ...duplicate,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return String(id)
}

export async function storeDrift(db: Database, ownerId: string, resource = 'subscription'): Promise<void> {
  const at = new Date('2026-11-25T10:00:00Z')
  await db.query
    .insertInto('drift')
    .values({
      resource,
      resource_id: `${resource}_1`,
      owner_id: ownerId,
      fields: JSON.stringify([{ field: 'status', mirror: 'active', stripe: 'canceled' }]),
      since: at,
      event_id: 'evt_missed',
      event_type: 'customer.subscription.deleted',
      found_by: 'feed',
      found_at: at,
    })
    .execute()
}
