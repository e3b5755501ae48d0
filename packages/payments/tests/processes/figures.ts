import { setTimeout as wait } from 'node:timers/promises'
import { DOORBELLS } from '../../src/webhooks/doorbells.ts'
import { differing } from '../support/reconcile-rig.ts'
import type { Customer } from './load.ts'
import type { Site } from './site.ts'

export interface Figures {
  /** Events that Stripe made. */
  sent: number
  /** Deliveries that were answered 200. */
  answered: number
  /** Deliveries that got another answer, or none. */
  refused: number
  /** Answered events that were not stored, and events that we listen to that were not worked off in the end. */
  lost: number
  /** Facts that the outbox tells twice. */
  doubled: number
  /** Of which the mirror says something else than Stripe, in the end. */
  differing: number
  /** From the end of the trouble until nothing is left to do. */
  convergedAfterMs: number
}

const LONGEST_MS = 240_000
const LISTENED = new Set(Object.keys(DOORBELLS))

/** Waits until the mirror has converged, and counts. */
export async function converge(site: Site, customers: readonly Customer[]): Promise<Figures> {
  const startedAt = performance.now()
  let left = await unfinished(site)
  while (left > 0 && performance.now() - startedAt < LONGEST_MS) {
    await wait(100)
    left = await unfinished(site)
  }
  const convergedAfterMs = Math.round(performance.now() - startedAt)
  const wrong: string[] = []
  for (const { ownerId, id } of customers) {
    wrong.push(...(await differing({ stripe: site.stripe, database: site }, ownerId, id)))
  }
  return {
    ...countDeliveries(site),
    lost: (await countUnstored(site)) + left,
    doubled: await countDoubled(site),
    differing: wrong.length,
    convergedAfterMs,
  }
}

function countDeliveries(site: Site) {
  const { store } = site.sandbox.context
  const attempts = [...store.all('delivery')].flatMap((delivery) => delivery.attempts)
  return {
    sent: store.count('event'),
    answered: attempts.filter(({ status }) => status === 200).length,
    refused: attempts.filter(({ status }) => status !== 200).length,
  }
}

/** Events that we listen to and that are not worked off. The database may be away still. */
async function unfinished(site: Site): Promise<number> {
  const finished = await site.db.pool
    .query<{ id: string }>(`select id from billhook.events where status in ('processed', 'ignored')`)
    .then(({ rows }) => new Set(rows.map(({ id }) => id)))
    .catch(() => new Set<string>())
  const events = [...site.sandbox.context.store.all('event')]
  return events.filter(({ id, type }) => LISTENED.has(type) && !finished.has(id)).length
}

async function countUnstored(site: Site): Promise<number> {
  const { rows } = await site.db.pool.query<{ id: string }>('select id from billhook.events')
  const stored = new Set(rows.map(({ id }) => id))
  const deliveries = [...site.sandbox.context.store.all('delivery')]
  return deliveries.filter(({ eventId, deliveredAt }) => deliveredAt !== null && !stored.has(eventId)).length
}

async function countDoubled(site: Site): Promise<number> {
  const { rows } = await site.db.pool.query<{ count: number }>(`
    select coalesce(sum(times - 1), 0) as count from (
      select count(*) as times from billhook.outbox
      where type in ('subscription.activated', 'subscription.renewed', 'purchase.completed')
      group by owner_id, type, payload ->> 'subscription_id', payload ->> 'invoice_id', payload ->> 'session_id') told`)
  return rows[0]?.count ?? 0
}
