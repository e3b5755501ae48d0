import type { Stripe } from '../../../src/stripe/client.ts'
import { isCalm, type Schedule } from '../schedule.ts'
import type { World } from '../world.ts'

/**
 * I2: at the moment of the answer the event is stored, whatever happens to the replica from now on. Nothing goes on until this has been
 * read, so it does not wait for a replica at the gate that makes the week's partition: then the end has to tell.
 */
export async function noteDelivery(
  world: World,
  { id, created }: Pick<Stripe.Event, 'id' | 'created'>,
  status: number,
): Promise<void> {
  world.deliveryAnswers.push({ eventId: id, status })
  if (status !== 200) return
  const isStored = await world.stage.isStored(id, new Date(created * 1000))
  if (isStored === null) world.unseenDeliveries.push(id)
  if (isStored === false) throw new Error(`I2: ${id} was answered ${status}, and not stored before`)
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
  const unseen = world.unseenDeliveries.find((id) => !rows.some((row) => row.id === id))
  if (unseen) throw new Error(`I2: ${unseen} was answered 200, and is not stored`)
  if (isCalm(schedule)) checkCalm(world)
}

/** Where nothing goes wrong nobody is put off, no delivery is sent twice, and nothing is done in vain. */
function checkCalm(world: World): void {
  const refused = world.deliveryAnswers.find(({ status }) => status !== 200)
  if (refused) throw new Error(`${refused.eventId} was answered ${refused.status} although all was well`)
  const putOff = world.answers.find(({ status, code }) => status >= 500 || code === 'request_in_progress')
  if (putOff)
    throw new Error(`${putOff.what} was answered ${putOff.status} ${putOff.code} although all was well`)
  if (world.undone > 0) throw new Error(`${world.undone} transactions were rolled back although all was well`)
}
