import { differing } from '../../support/reconcile-rig.ts'
import { OWNERS, type World } from '../world.ts'

/** I1: everything that the mirror copies says what Stripe says, field by field. */
export async function checkMirror(world: World): Promise<void> {
  const { query } = world.stage.db
  const rows = await query
    .selectFrom('customers')
    .select(['owner_id', 'stripe_customer_id', 'deleted_at'])
    .execute()
  const wrong: string[] = []
  for (const { owner_id, stripe_customer_id: customer } of rows) {
    if (customer === null) continue
    const different = await differing({ stripe: world.stripe, database: world.stage }, owner_id, customer)
    const open = openSessions(world)
    wrong.push(...different.filter((name) => !open.has(name)))
  }
  if (wrong.length > 0)
    throw new Error(`I1: the mirror says something else than Stripe of ${wrong.join(', ')}`)
  await checkCustomers(world, rows)
  await checkReservations(world)
}

/** Nothing tells of a Checkout that nobody has finished; it is mirrored when it ends. */
function openSessions(world: World): Set<string> {
  const all = [...world.sandbox.context.store.all('checkout.session')]
  return new Set(all.filter(({ status }) => status === 'open').map(({ id }) => `checkout_session ${id}`))
}

type CustomerFacts = { owner_id: string; stripe_customer_id: string | null; deleted_at: Date | null }

async function checkCustomers(world: World, rows: CustomerFacts[]): Promise<void> {
  for (const owner of OWNERS) {
    const atStripe = world.customersOf(owner).map(({ id }) => id)
    const ours = rows
      .filter((row) => row.owner_id === owner && row.deleted_at === null && row.stripe_customer_id !== null)
      .map((row) => row.stripe_customer_id)
    if (JSON.stringify(ours) !== JSON.stringify(atStripe))
      throw new Error(`I7: ${owner} is customer ${atStripe} at Stripe, and ${ours} in the mirror`)
  }
}

/** A reservation is open only as long as its Checkout is: a dead one would keep its owner from buying. */
async function checkReservations(world: World): Promise<void> {
  const open = await world.stage.db.query
    .selectFrom('reservations')
    .select(['id', 'owner_id', 'stripe_session_id'])
    .where('status', '=', 'open')
    .execute()
  for (const { id, owner_id, stripe_session_id } of open) {
    if (stripe_session_id === null) continue
    const session = world.sandbox.context.store.get('checkout.session', stripe_session_id)
    if (session?.status === 'complete')
      throw new Error(`I6: reservation ${id} of ${owner_id} is open, and its Checkout is paid`)
  }
}
