import { isCalm, type Schedule } from '../schedule.ts'
import type { World } from '../world.ts'

/** I2: at the moment of the answer the event is stored, whatever happens to the replica from now on. */
export async function noteDelivery(world: World, eventId: string, status: number): Promise<void> {
  world.deliveryAnswers.push({ eventId, status })
  if (status !== 200) return
  const { query } = world.stage.db
  const row = await query.selectFrom('events').select('id').where('id', '=', eventId).executeTakeFirst()
  if (!row) throw new Error(`I2: ${eventId} was answered ${status}, and not stored before`)
}

/** I3, I10: everything that is stored was worked off. */
export async function checkInbox(world: World, schedule: Schedule): Promise<void> {
  const rows = await world.stage.db.query
    .selectFrom('events')
    .select(['id', 'status', 'last_error'])
    .execute()
  for (const { id, status, last_error } of rows) {
    if (status !== 'processed' && status !== 'ignored')
      throw new Error(`I3: ${id} ends as ${status}: ${last_error}`)
  }
  if (isCalm(schedule)) checkCalm(world)
}

/** Where nothing goes wrong nobody is put off, and no delivery is sent twice. */
function checkCalm(world: World): void {
  const refused = world.deliveryAnswers.find(({ status }) => status !== 200)
  if (refused) throw new Error(`${refused.eventId} was answered ${refused.status} although all was well`)
  const putOff = world.answers.find(({ status, code }) => status >= 500 || code === 'request_in_progress')
  if (putOff)
    throw new Error(`${putOff.what} was answered ${putOff.status} ${putOff.code} although all was well`)
}
