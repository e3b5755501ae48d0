import type { Owner, World } from '../world.ts'

/** The part of PresentedAccess that is looked at. */
export interface ToldAccess {
  features: { name: string }[]
  grants: { id: string; is_granted: boolean; features: string[]; reason: string; until: string | null }[]
  gained: string[]
  lost: string[]
}

interface Told {
  type: string
  payload: Readonly<Record<string, unknown>>
}

/** What a subscription is no more when it is active. */
const UNPAID = ['paused', 'unpaid', 'incomplete', 'past_due_in_grace', 'past_due_grace_over']
const PAID_UP = ['active', 'trialing']

/**
 * The whole story that the app was told of one owner's access: each change begins where the one before ended, tells nothing that did not
 * change, takes nothing away that Stripe never took, and comes with the `subscription.activated` that it follows from.
 */
export function checkToldAccess(world: World, owner: Owner, told: readonly Told[]): void {
  let before: ToldAccess = { features: [], grants: [], gained: [], lost: [] }
  /** Subscriptions of which the app was told that they are paid up, since the change before. */
  let activated = new Set<unknown>()
  const changes = told.filter(({ type }) => type === 'access.changed').length
  let count = 0
  for (const { type, payload } of told) {
    if (type === 'subscription.activated') activated.add(payload.subscription_id)
    if (type !== 'access.changed') continue
    // jsonb, written by insertTransitions.
    const after = payload as unknown as ToldAccess
    const what = `change ${++count} of ${changes} of the access of ${owner}`
    checkStep(what, before, after)
    for (const name of after.lost) {
      if (!world.history.wasLost(owner, name))
        throw new Error(`I12: ${what} takes ${name}, which Stripe never took`)
    }
    for (const { id, reason, until } of after.grants) {
      if (reason.startsWith('past_due') && !world.history.wasGraceEnd(id, until ?? ''))
        throw new Error(
          `access: ${what} ends the grace of ${id} at ${until}, which Stripe's objects never did`,
        )
      const old = before.grants.find((each) => each.id === id)
      if (old && UNPAID.includes(old.reason) && PAID_UP.includes(reason) && !activated.has(id))
        throw new Error(`I3: ${what} has ${id} ${reason} after ${old.reason}, and no activation was told`)
    }
    before = after
    activated = new Set()
  }
}

function checkStep(what: string, before: ToldAccess, after: ToldAccess): void {
  const had = before.features.map(({ name }) => name)
  const has = after.features.map(({ name }) => name)
  const gained = has.filter((name) => !had.includes(name))
  const lost = had.filter((name) => !has.includes(name))
  const [told, real] = [after, { gained, lost }].map((each) =>
    JSON.stringify([each.gained.toSorted(), each.lost.toSorted()]),
  )
  if (told !== real)
    throw new Error(`I3: ${what} tells ${told} gained and lost; since the one before: ${real}`)
  if (asLine(before) === asLine(after)) throw new Error(`I3: ${what} changes nothing`)
}

function asLine({ grants }: ToldAccess): string {
  return JSON.stringify(
    grants.filter((each) => each.is_granted).map(({ id, features, until }) => [id, features, until]),
  )
}
