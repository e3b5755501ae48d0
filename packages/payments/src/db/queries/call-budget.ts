import type { Database } from '../connect.ts'

/** How many calls one replica may send, for each class, of what all of them share. */
export interface GrantedCalls {
  people: number
  background: number
  callsPerSecond: number
  retryInMs: number
}

/** Part of a second's calls that the background leaves for people, on whichever replica they come. */
const KEPT_FOR_PEOPLE = 0.2
/** What the bucket holds at least: at one call a second the background would else never find a whole one above that part. */
const SMALLEST_BUCKET = 2
/** Calls a second that come back each second after Stripe said 429, until the setting is reached. */
const RECOVERY = 1

/**
 * One statement: fills the bucket by the time that has passed, takes what there is for people, then for the background, and says what
 * was granted. `for update` makes replicas take turns. The clock is the database's (0010_call_budget.sql).
 */
const TAKE = `
with filled as (
  select clock.now, rate.callsPerSecond as rate,
    case when b.paused_until > clock.now then 0
      else least(greatest(rate.callsPerSecond, ${SMALLEST_BUCKET}),
        b.tokens + rate.callsPerSecond * elapsed.seconds) end as tokens,
    greatest(0, extract(epoch from b.paused_until - clock.now)) as paused_seconds
  from (select * from billhook.call_budget for update) b,
    lateral (select clock_timestamp() as now) clock,
    lateral (select greatest(0, extract(epoch from clock.now - b.refilled_at)) as seconds) elapsed,
    lateral (select least($3::float8, b.calls_per_second + elapsed.seconds * ${RECOVERY}) as callsPerSecond) rate
), people as (
  select *, least(floor(tokens), $1::int) as for_people from filled
), granted as (
  select *, least(floor(greatest(0, tokens - for_people - rate * ${KEPT_FOR_PEOPLE})), $2::int) as for_background from people
), taken as (
  update billhook.call_budget b set
    tokens = g.tokens - g.for_people - g.for_background, calls_per_second = g.rate, refilled_at = g.now
  from granted g
)
select for_people::int as people, for_background::int as background, rate::float8 as "callsPerSecond",
  (1000 * greatest(1 / rate, coalesce(paused_seconds, 0)))::float8 as "retryInMs"
from granted`

/** Takes a slice of the calls that all replicas share. */
export async function takeCalls(
  db: Database,
  wanted: { people: number; background: number },
  callsPerSecond: number,
): Promise<GrantedCalls> {
  const values = [wanted.people, wanted.background, callsPerSecond]
  const { rows } = await db.pool.query<GrantedCalls>({ name: 'take-calls', text: TAKE, values })
  const [granted] = rows
  if (granted) return granted
  // The first caller of all, or the first after a crash of the database.
  await db.pool.query(
    `insert into billhook.call_budget (calls_per_second, tokens, refilled_at)
     values ($1::float8, $1::float8, clock_timestamp()) on conflict do nothing`,
    [callsPerSecond],
  )
  return await takeCalls(db, wanted, callsPerSecond)
}

/**
 * Stripe said 429: half as many from now on, none before `pauseMs` has passed. Of all the 429s of one second the first one halves: they are
 * answers to the same rate.
 */
export async function slowDownCalls(db: Database, pauseMs: number): Promise<void> {
  await db.pool.query(
    `update billhook.call_budget set
       tokens = 0,
       refilled_at = clock_timestamp(),
       calls_per_second = case when slowed_at > clock_timestamp() - interval '1 second' then calls_per_second
         else greatest(1, calls_per_second / 2) end,
       slowed_at = case when slowed_at > clock_timestamp() - interval '1 second' then slowed_at
         else clock_timestamp() end,
       paused_until = greatest(paused_until, clock_timestamp() + $1 * interval '1 millisecond')`,
    [pauseMs],
  )
}
