import { OWNERS, type Owner, type World } from '../world.ts'
import { isLiveAtStripe } from './live.ts'

/** What must be true at every moment, not only in the end (I6, I7). Reads the local Stripe itself, not what the product says of it. */
export function checkAlways(world: World): void {
  world.history.note(world)
  for (const owner of OWNERS) {
    const customers = world.customersOf(owner)
    if (customers.length > 1) throw new Error(`I7: ${owner} has ${customers.length} customers at Stripe`)
    const payable = sessionsOf(world, owner).filter(
      ({ mode, status, expires_at }) =>
        mode === 'subscription' && status === 'open' && expires_at > world.sandbox.now(),
    )
    if (payable.length > 1)
      throw new Error(`I6: ${owner} has ${payable.length} payable subscription Checkouts`)
    const live = liveThroughBillhook(world, owner)
    if (live.length > 1) throw new Error(`I6: ${owner} pays ${live.length} subscriptions: ${live.join(', ')}`)
  }
}

function sessionsOf(world: World, owner: Owner) {
  const all = [...world.sandbox.context.store.all('checkout.session')]
  return all.filter(({ metadata }) => metadata?.billhook_owner_id === owner)
}

/** Subscriptions that a Checkout of ours began and that have not ended. */
function liveThroughBillhook(world: World, owner: Owner): string[] {
  return sessionsOf(world, owner).flatMap(({ subscription }) => {
    const id = typeof subscription === 'string' ? subscription : subscription?.id
    const found = id ? world.sandbox.context.store.get('subscription', id) : undefined
    return found && isLiveAtStripe(found.status) ? [found.id] : []
  })
}
