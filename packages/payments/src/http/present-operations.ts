import type { DriftRow } from '../db/queries/drift.ts'
import type { DuplicateRow } from '../db/queries/duplicate-subscriptions.ts'
import type { LoggedEvent } from '../db/queries/event-log.ts'
import type { LoggedAppEvent } from '../db/queries/outbox-log.ts'
import type { NamedTarget } from '../db/queries/outbox-targets.ts'
import { eventIdOf } from '../domain/app-events.ts'
import { instant } from '../domain/instant.ts'

/** One event as the API and the command line show it. */
export function presentEvent(event: LoggedEvent, now: Date) {
  const isOpen = event.status === 'pending' || event.status === 'dead'
  return {
    id: event.id,
    type: event.type,
    status: event.status,
    group: event.group_key,
    doorbells: event.doorbells.map(({ resource, id }) => ({ resource, id })),
    api_version: event.api_version,
    livemode: event.livemode,
    created_at: instant(event.stripe_created_at),
    received_at: instant(event.received_at),
    was_missed: event.was_missed,
    attempts: event.attempts,
    next_attempt_at: event.next_attempt_at && instant(event.next_attempt_at),
    last_error: event.last_error,
    note: event.note,
    finished_at: event.finished_at && instant(event.finished_at),
    age_seconds: isOpen ? secondsSince(event.received_at, now) : null,
  }
}

/** An event's body as Stripe sent it, without client secrets: who holds one can confirm the payment. */
export function presentPayload(body: string | null): unknown {
  return JSON.parse(body ?? 'null', (key, value: unknown) => (key === 'client_secret' ? undefined : value))
}

/** One drift record. */
export function presentDrift(row: DriftRow) {
  return {
    id: String(row.id),
    resource: row.resource,
    resource_id: row.resource_id,
    owner_id: row.owner_id,
    fields: row.fields.map(({ field, mirror, stripe }) => ({ field, mirror, stripe })),
    since: instant(row.since),
    event: row.event_id === null ? null : { id: row.event_id, type: row.event_type ?? '' },
    found_by: row.found_by,
    found_at: instant(row.found_at),
  }
}

/** One case of several subscriptions of one owner. */
export function presentDuplicate(row: DuplicateRow) {
  return {
    id: String(row.id),
    owner_id: row.owner_id,
    subscription_ids: row.subscription_ids,
    status: row.status,
    ended_ids: row.ended_ids,
    note: row.note,
    found_at: instant(row.found_at),
    finished_at: row.finished_at && instant(row.finished_at),
  }
}

/** One case with what the mirror says of each subscription now. */
export function presentDuplicateInFull(row: DuplicateRow, statuses: ReadonlyMap<string, string>) {
  const subscriptions = row.subscription_ids.map((id) => ({ id, status: statuses.get(id) ?? null }))
  return { ...presentDuplicate(row), subscriptions }
}

/** One app event with what became of it. */
export function presentAppEvent(event: LoggedAppEvent, installationId: string) {
  return {
    id: eventIdOf(event.id, installationId),
    type: event.type,
    owner_id: event.ownerId,
    occurred_at: instant(event.occurredAt),
    deliveries: event.deliveries.map(({ target, status, attempts, lastError, finishedAt }) => ({
      target,
      status,
      attempts,
      last_error: lastError,
      finished_at: finishedAt && instant(finishedAt),
    })),
  }
}

export function presentTarget({ name, types, claimedAt }: NamedTarget & { claimedAt: Date }) {
  return { name, types: types === null ? null : [...types], last_named_at: instant(claimedAt) }
}

function secondsSince(time: Date, now: Date): number {
  return Math.max(0, Math.round((now.getTime() - time.getTime()) / 1000))
}
