import { afterEach, expect, test } from 'vitest'
import { readCursor } from '../../src/db/queries/cursors.ts'
import { countSuspects } from '../../src/db/queries/suspects.ts'
import { sweep } from '../../src/reconcile/sweep.ts'
import { standingClock } from '../support/clock.ts'
import { differing, driftOf, GRACE_MS, sweepAndSettle } from '../support/reconcile-rig.ts'
import { addOwner, addPrice, buy, deliver, drain, eventsOf, useSync } from '../support/sync-rig.ts'

const clock = standingClock(new Date())
const rig = useSync({ clock })
const NEVER = new AbortController().signal
const DISPUTED_AT_ONCE = '4000 0000 0000 0259'

afterEach(async () => {
  await rig.database.db.pool.query('truncate billhook.suspects, billhook.cursors')
  rig.network.calls.length = 0
  clock.advance(GRACE_MS)
})

/** An owner of whose disputed purchase the mirror knows everything. */
async function disputed(ownerId: string) {
  const customer = await addOwner(rig, ownerId)
  await buy(rig, customer, await addPrice(rig, false), DISPUTED_AT_ONCE)
  for (const event of await eventsOf(rig, customer)) await deliver(rig, event)
  await drain(rig)
  const { id } = await rig.database.db.query
    .selectFrom('disputes')
    .select('id')
    .where('owner_id', '=', ownerId)
    .executeTakeFirstOrThrow()
  return { customer, dispute: id }
}

test('a dispute that was closed unheard is found, repaired, and recorded field by field', async () => {
  const { customer, dispute } = await disputed('ann')
  await rig.stripe.disputes.close(dispute)
  await sweepAndSettle(rig, clock)
  expect(await differing(rig, 'ann', customer)).toEqual([])
  const drift = (await driftOf(rig, 'ann')).filter(({ resource }) => resource === 'dispute')
  expect(drift).toMatchObject([{ resource_id: dispute, found_by: 'sweep', event_id: null }])
  expect(drift[0]?.fields).toContainEqual({ field: 'status', mirror: 'needs_response', stripe: 'lost' })
})

test('one whose event is here and waits to be worked off was not missed', async () => {
  const { customer, dispute } = await disputed('eve')
  await rig.stripe.disputes.close(dispute)
  const closed = await rig.stripe.events.list({ type: 'charge.dispute.closed', limit: 1 })
  // A dispute names no customer: it waits by itself until that is looked up.
  for (const event of closed.data) await deliver(rig, event)
  await sweepAndSettle(rig, clock)
  await drain(rig)
  expect(await differing(rig, 'eve', customer)).toEqual([])
  expect(await driftOf(rig, 'eve')).toEqual([])
})

test('a dispute of which the mirror never heard is found by its payment', async () => {
  const { customer, dispute } = await disputed('bob')
  await rig.database.db.query.deleteFrom('disputes').where('id', '=', dispute).execute()
  await sweepAndSettle(rig, clock)
  expect(await differing(rig, 'bob', customer)).toEqual([])
  expect(await driftOf(rig, 'bob')).toMatchObject([{ resource: 'dispute', resource_id: dispute }])
})

test('disputes of which the mirror says the same suspect nobody, and cost one call for all of them', async () => {
  const { dispute } = await disputed('cid')
  rig.network.calls.length = 0
  await sweep(rig.context, { everyMs: 0, graceMs: GRACE_MS }, NEVER)
  expect(await countSuspects(rig.database.db.query)).toBe(0)
  expect(rig.network.calls.filter((call) => call === 'GET /v1/disputes')).toHaveLength(1)
  expect(rig.network.calls).not.toContain(`GET /v1/disputes/${dispute}`)
  expect(await readCursor(rig.database.db.query, 'sweep')).toMatchObject({ finishedAt: expect.any(String) })
})

test('one that is open for longer than the list goes back is asked for by its id', async () => {
  const { dispute } = await disputed('dan')
  await rig.stripe.disputes.close(dispute)
  clock.advance(200 * 86_400_000)
  await sweepAndSettle(rig, clock)
  expect(rig.network.calls).toContain(`GET /v1/disputes/${dispute}`)
  expect((await driftOf(rig, 'dan')).map(({ resource }) => resource)).toContain('dispute')
  rig.network.calls.length = 0
  await sweepAndSettle(rig, clock)
  expect(rig.network.calls).not.toContain(`GET /v1/disputes/${dispute}`)
})
