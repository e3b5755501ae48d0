import { setTimeout as wait } from 'node:timers/promises'
import { DOORBELLS } from '../../src/webhooks/doorbells.ts'
import { differing } from '../support/reconcile-rig.ts'
import type { Customer } from './load.ts'
import type { Site } from './site.ts'
import { judgeTold } from './told.ts'

export interface Figures {
  /** Events that Stripe made. */
  sent: number
  /** Deliveries that were answered 200. */
  answered: number
  /** Deliveries that got another answer, or none. */
  refused: number
  /** App events that the app took. */
  told: number
  /**
   * Answered events that were not stored, events that we listen to that were not worked off in the end, app events that did not reach the
   * app, and facts of Stripe's that it was not told of.
   */
  lost: number
  /** Facts that the app was told under two ids. */
  doubled: number
  /** The first of what was lost, doubled or differs, for who looks for the reason. */
  examples: string[]
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
  const { told, untold, doubled } = judgeTold(site, customers)
  return {
    ...{ ...countDeliveries(site), told },
    lost: (await countUnstored(site)) + left + untold.length + site.app.unsigned,
    doubled: doubled.length,
    differing: wrong.length,
    convergedAfterMs,
    examples: [...untold, ...doubled, ...wrong].slice(0, 5),
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

/** Events that we listen to and that are not worked off, and app events that have not arrived. The database may be away still. */
async function unfinished(site: Site): Promise<number> {
  const finished = await site.db.pool
    .query<{ id: string }>(`select id from billhook.events where status in ('processed', 'ignored')`)
    .then(({ rows }) => new Set(rows.map(({ id }) => id)))
    .catch(() => new Set<string>())
  const events = [...site.sandbox.context.store.all('event')]
  const left = events.filter(({ id, type }) => LISTENED.has(type) && !finished.has(id)).length
  return left > 0 ? left : await countUndelivered(site)
}

/** One at least while the database is away. */
async function countUndelivered(site: Site): Promise<number> {
  return await site.db.pool
    .query<{ count: number }>(
      `select count(*)::int as count from billhook.outbox_deliveries where status <> 'delivered'`,
    )
    .then(({ rows }) => rows[0]?.count ?? 0)
    .catch(() => 1)
}

async function countUnstored(site: Site): Promise<number> {
  const { rows } = await site.db.pool.query<{ id: string }>('select id from billhook.events')
  const stored = new Set(rows.map(({ id }) => id))
  const deliveries = [...site.sandbox.context.store.all('delivery')]
  return deliveries.filter(({ eventId, deliveredAt }) => deliveredAt !== null && !stored.has(eventId)).length
}
