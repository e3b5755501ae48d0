import type { SyncContext } from '../context.ts'

const HOUR_SECONDS = 60 * 60
/** Nothing at Stripe is older. */
const STRIPE_BEGAN = 1_293_840_000
/** Each halves what the beginning may be wrong by: an eighth of the account's age is left. */
const REFINEMENTS = 2

/**
 * When the account's first customer was made, in Unix seconds: a little before, never after. Stripe says neither how many objects
 * there are nor how old the first is, and shows the newest first; a bar over all of its years would stand still and then jump. Asks
 * whether there are customers older than an hour, two, four, …: some fifteen calls for an account of years.
 */
export async function findBeginning({ stripe, clock }: SyncContext): Promise<number> {
  const now = Math.floor(clock.now().getTime() / 1000)
  const hasOlder = async (ageSeconds: number) => {
    const older = await stripe.customers.list({ limit: 1, created: { lt: now - ageSeconds } })
    return older.data.length > 0
  }
  let age = HOUR_SECONDS
  while (now - age > STRIPE_BEGAN && (await hasOlder(age))) age *= 2
  let tooYoung = age === HOUR_SECONDS ? 0 : age / 2
  for (let refinement = 0; refinement < REFINEMENTS; refinement++) {
    const middle = (tooYoung + age) / 2
    if (await hasOlder(middle)) tooYoung = middle
    else age = middle
  }
  return Math.max(STRIPE_BEGAN, Math.floor(now - age))
}
