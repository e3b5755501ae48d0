import type { AppEvent } from '../../../src/domain/app-events.ts'
import type { Attempt } from '../app.ts'
import { isCalm, type Schedule } from '../schedule.ts'
import { OWNERS, type World } from '../world.ts'

interface Row {
  id: number
  owner_id: string
  type: string
  payload: unknown
}

/**
 * What is in the outbox reached the app: each event at least once, those of one owner in the order in which they were told, the same
 * one under the same id each time, and nothing that was not told.
 */
export async function checkDeliveries({ app, stage }: World, schedule: Schedule): Promise<void> {
  if (!app) return
  const { rows } = await stage.db.pool.query<Row>(
    'select id, owner_id, type, payload from billhook.outbox order by id',
  )
  for (const attempt of app.attempts) checkTold(attempt, rows)
  for (const owner of OWNERS) checkOrder(owner, rows, app.taken)
  const { rows: dead } = await stage.db.pool.query<{ outbox_id: number; status: string }>(
    `select outbox_id, status from billhook.outbox_deliveries where status <> 'delivered'`,
  )
  if (dead[0]) throw new Error(`I3: app event ${dead[0].outbox_id} ends as ${dead[0].status}`)
  // Of two replicas whose clocks differ one may see a claim end that the other still holds.
  if (!schedule.moves.some((move) => move.do === 'skew') && app.problems[0])
    throw new Error(`order: ${app.problems[0]}`)
  if (isCalm(schedule)) checkOnce(app.taken)
}

function checkTold({ event, replica }: Attempt, rows: readonly Row[]): void {
  const row = rows.find(({ id }) => id === rowOf(event))
  const told = row && JSON.stringify([row.owner_id, row.type, row.payload])
  if (told !== JSON.stringify([event.owner_id, event.type, event.data]))
    throw new Error(`I3: ${replica} tells ${event.id} as ${event.type}, and the outbox has ${told}`)
}

/** The first time that each was taken. */
function checkOrder(owner: string, rows: readonly Row[], taken: readonly AppEvent[]): void {
  const told = rows.filter(({ owner_id }) => owner_id === owner).map(({ id }) => id)
  const got = [...new Set(taken.filter(({ owner_id }) => owner_id === owner).map(rowOf))]
  if (JSON.stringify(told) !== JSON.stringify(got))
    throw new Error(`I3: the app was told ${got} of ${owner}; in the outbox are ${told}`)
}

/** Where nothing goes wrong. */
function checkOnce(taken: readonly AppEvent[]): void {
  const ids = taken.map(({ id }) => id)
  const again = ids.find((id, index) => ids.indexOf(id) !== index)
  if (again) throw new Error(`I3: ${again} was taken twice although all was well`)
}

function rowOf({ id }: AppEvent): number {
  return Number(/_(\d+)$/.exec(id)?.[1])
}
