import type { AppEvent } from '../../src/domain/app-events.ts'
import { isLiveAtStripe } from '../simulation/oracle/live.ts'
import type { Customer } from './load.ts'
import type { Site } from './site.ts'

export interface ToldFigures {
  /** App events that the app took, each counted once. */
  told: number
  /** Facts of Stripe's that the app was not told of, and events that came before an earlier one of their owner, in the end. */
  untold: string[]
  /** Facts that were told under two ids. */
  doubled: string[]
}

/** What the app's endpoint remembers, held against the local Stripe itself. */
export function judgeTold(site: Site, customers: readonly Customer[]): ToldFigures {
  const events = [...new Map(site.app.taken.map((event) => [event.id, event])).values()]
  const facts = events.flatMap(factOf)
  const known = new Set(facts)
  return {
    told: events.length,
    untold: [
      ...factsOfStripe(site, known).filter((fact) => !known.has(fact)),
      ...customers.flatMap((customer) => wrongAccess(site, customer, events)),
      ...customers.flatMap(({ ownerId }) => outOfOrder(events, ownerId)),
    ],
    doubled: facts.filter((fact, index) => facts.indexOf(fact) !== index),
  }
}

/** What happens once. A change of plan may come again, and so may one of the access. */
function factOf(event: AppEvent): string[] {
  switch (event.type) {
    case 'subscription.activated':
    case 'subscription.canceled':
      return [`${event.type} ${event.data.subscription_id}`]
    case 'purchase.completed':
      return [`${event.type} ${event.data.session_id}`]
    case 'purchase.refunded':
      return [`${event.type} ${event.data.payment_id} ${event.data.amount_refunded}`]
    default:
      return []
  }
}

/** A subscription that began and ended between two looks means nothing to the app, and of two refunds only the sum may be seen. */
function factsOfStripe({ sandbox }: Site, known: ReadonlySet<string>): string[] {
  const { store } = sandbox.context
  const subscriptions = [...store.all('subscription')].flatMap(({ id, status }) => {
    if (isLiveAtStripe(status)) return [`subscription.activated ${id}`]
    return known.has(`subscription.activated ${id}`) ? [`subscription.canceled ${id}`] : []
  })
  const purchases = [...store.all('checkout.session')]
    .filter(({ payment_status }) => payment_status === 'paid')
    .map(({ id }) => `purchase.completed ${id}`)
  const refunds = [...store.all('charge')]
    .filter((charge) => charge.amount_refunded > 0)
    .map((charge) => `purchase.refunded ${charge.payment_intent} ${charge.amount_refunded}`)
  return [...subscriptions, ...purchases, ...refunds]
}

/** What the app was told last of an owner's access is what he has. */
function wrongAccess({ sandbox }: Site, { id, ownerId }: Customer, events: readonly AppEvent[]): string[] {
  const { store } = sandbox.context
  const live = [...store.where('subscription', 'customer', id)].filter(({ status }) => isLiveAtStripe(status))
  const bought = [...store.all('checkout.session')].filter(
    (session) => session.customer === id && session.payment_status === 'paid',
  )
  const has = new Set([...live, ...bought].map((each) => each.id))
  const changes = events.flatMap((event) =>
    event.type === 'access.changed' && event.owner_id === ownerId ? [event.data] : [],
  )
  const grants = changes.at(-1)?.grants ?? []
  const told = new Set(grants.filter(({ is_granted }) => is_granted).map((grant) => grant.id))
  const wrong = [...has, ...told].filter((each) => !(has.has(each) && told.has(each)))
  return wrong.length === 0 ? [] : [`access of ${ownerId}: wrong of ${wrong}`]
}

/** By when each was taken first. */
function outOfOrder(events: readonly AppEvent[], ownerId: string): string[] {
  const own = events.filter(({ owner_id }) => owner_id === ownerId)
  const numberOf = ({ id }: AppEvent) => Number(/_(\d+)$/.exec(id)?.[1])
  return own
    .filter((event, index) => index > 0 && numberOf(own[index - 1] ?? event) > numberOf(event))
    .map(({ id }) => `${id} came late`)
}
