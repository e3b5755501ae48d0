import { readFeedPosition } from '../../src/reconcile/event-feed.ts'
import { checkAccess } from './oracle/access.ts'
import { checkAlways } from './oracle/always.ts'
import { checkDeliveries } from './oracle/deliveries.ts'
import { checkInbox } from './oracle/inbox.ts'
import { checkMirror } from './oracle/mirror.ts'
import { checkOutbox } from './oracle/outbox.ts'
import { Play } from './play.ts'
import type { Schedule } from './schedule.ts'
import type { Stage } from './stage.ts'
import { OWNERS, World } from './world.ts'

export interface Played {
  /** Questions that passed the gate. */
  questions: number
  events: number
  crashes: number
  requests: number
  /** Questions that something was done to. */
  faults: number
}

export class ScheduleFailed extends Error {
  override readonly name = 'ScheduleFailed'
  readonly trace: readonly string[]

  constructor(cause: unknown, trace: readonly string[]) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.trace = trace
  }
}

/** Longer than what is left alone because a webhook may be on its way, and than a dead replica's lease. */
const ROUND_MS = 4 * 60_000
/** Rounds until everything must have converged: what failed waits for its next attempt. */
const ROUNDS = 12

/** Plays a schedule, lets everything come to rest, and holds the outcome against Stripe. @throws ScheduleFailed */
export async function runSchedule(stage: Stage, schedule: Schedule): Promise<Played> {
  const world = await World.create(stage, schedule)
  const play = new Play(world, schedule)
  try {
    await play.run()
    await untilConverged(world, play)
    checkAlways(world)
    await checkInbox(world, schedule)
    await checkMirror(world)
    await checkOutbox(world)
    await checkDeliveries(world, schedule)
    for (const owner of OWNERS) await checkAccess(world, owner, await play.ask('/payments/access', owner))
  } catch (error) {
    throw new ScheduleFailed(error, play.trace)
  } finally {
    await world.close()
  }
  const { events, crashes, answers } = world
  return {
    questions: play.steps,
    events: events.length,
    crashes,
    requests: answers.length,
    faults: play.faults,
  }
}

async function untilConverged(world: World, play: Play): Promise<void> {
  for (const replica of world.replicas) replica.clock.skewMs = 0
  await play.pass(ROUND_MS)
  for (let round = 0; round < ROUNDS; round++) {
    const waiting = await waitingIn(world)
    if (waiting.length === 0) return
    await play.pass(ROUND_MS)
  }
  throw new Error(`I1: does not converge: ${(await waitingIn(world)).join(', ')}`)
}

/** What is still to do. */
async function waitingIn({ stage, events }: World): Promise<string[]> {
  const { rows } = await stage.db.pool.query<{ what: string }>(`
    select 'event ' || id || ': ' || coalesce(last_error, '') as what from billhook.events where status = 'pending'
    union all select 'suspect ' || id from billhook.suspects
    union all select 'app event ' || outbox_id || ': ' || coalesce(last_error, '') from billhook.outbox_deliveries
      where status = 'pending'`)
  const readUntil = (await readFeedPosition(stage)) ?? 0
  const unread = events.filter(({ created }) => created > readUntil)
  return [...rows.map(({ what }) => what), ...unread.map(({ id, type }) => `unread ${type} ${id}`)]
}
