import type { Stripe } from '../../../src/stripe/client.ts'
import { OWNERS, type Owner, type World } from '../world.ts'
import { isLiveAtStripe } from './live.ts'

interface Told {
  type: string
  payload: Readonly<Record<string, unknown>>
  owner_id: string
}

const NOTICE_SECONDS = 3 * 86_400

/** I3: what asks somebody to do something: payments that failed or wait for the bank, trials that end, a subscription too many. */
export function checkNotices(world: World, told: readonly Told[]): void {
  const { store } = world.sandbox.context
  for (const payment of store.all('payment_intent')) checkPayment(world, payment, told)
  for (const subscription of store.all('subscription')) checkTrial(world, subscription, told)
  for (const owner of OWNERS) checkDuplicates(world, owner, told)
}

/** Each failed attempt once at most, because two may fall between two looks; one that is the last word, once. */
function checkPayment({ sandbox }: World, payment: Stripe.PaymentIntent, told: readonly Told[]): void {
  const { id, status, last_payment_error: error } = payment
  const times = (type: string) =>
    told.filter((each) => each.type === type && each.payload.payment_id === id).length
  const failed = [...sandbox.context.store.all('charge')].filter(
    (charge) => charge.payment_intent === id && charge.status === 'failed',
  ).length
  const most = Math.max(failed, error ? 1 : 0)
  const [failures, questions] = [times('payment.failed'), times('payment.action_required')]
  const isLastWord = status === 'requires_payment_method' && error !== null
  if (failures > most || (isLastWord && failures === 0))
    throw new Error(`I3: ${id} is ${status} after ${failed} failed charges; ${failures} failures were told`)
  const isOfInvoice = [...sandbox.context.store.all('invoice_payment')].some(
    (each) => each.payment.payment_intent === id,
  )
  const asks = status === 'requires_action' && isOfInvoice
  if (questions > failed + 1 || (asks && questions === 0))
    throw new Error(`I3: ${id} is ${status}; that the bank asks was told ${questions} times`)
}

/** Each end of a trial once, as soon as it is near, and none that is far. */
function checkTrial(
  world: World,
  { id, status, trial_end }: Stripe.Subscription,
  told: readonly Told[],
): void {
  const own = told.filter((each) => each.type === 'subscription.trial_ending')
  const ends = own
    .filter(({ payload }) => payload.subscription_id === id)
    .map((each) => each.payload.trial_end)
  if (new Set(ends).size < ends.length) throw new Error(`I3: an end of the trial of ${id} was told twice`)
  if (status !== 'trialing' || trial_end === null) return
  const isNear = trial_end - NOTICE_SECONDS <= world.sandbox.now()
  const isTold = ends.some((end) => Date.parse(String(end)) === trial_end * 1000)
  if (isNear !== isTold)
    throw new Error(
      `I3: the trial of ${id} ends ${isNear ? 'soon' : 'not soon'}, and that was told: ${isTold}`,
    )
}

/** Each set of subscriptions once, and that of today in any case. */
function checkDuplicates(world: World, owner: Owner, told: readonly Told[]): void {
  const sets = told
    .filter((each) => each.type === 'duplicate_subscription.detected' && each.owner_id === owner)
    .map(({ payload }) => String(payload.subscription_ids))
  if (new Set(sets).size < sets.length) throw new Error(`I3: a duplicate of ${owner} was told twice: ${sets}`)
  const today = world
    .customersOf(owner)
    .flatMap(({ id }) => [...world.sandbox.context.store.where('subscription', 'customer', id)])
    .filter(({ status }) => isLiveAtStripe(status))
    .map(({ id }) => id)
    .toSorted((a, b) => (a < b ? -1 : 1))
  if (today.length > 1 && !sets.includes(String(today)))
    throw new Error(`I6: ${owner} has ${today}; told was ${sets.join(' and ') || 'nothing'}`)
}
