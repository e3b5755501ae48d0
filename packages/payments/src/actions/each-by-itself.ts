import { isConnectionLost } from '../db/errors.ts'
import { isStripeOutage } from '../stripe/errors.ts'

/**
 * Does the work for one after the other until the signal says to stop. One that fails does not hold up those behind it; with `onFailure` it is told, and
 * tried again with the next run. An outage may be of one alone, as long as Stripe answers those behind it.
 * @throws what is the fault of none of them: a lost database at once; at the end, when Stripe is away, an AggregateError of those that it did not
 * answer. Without `onFailure`, of all that failed
 */
export async function eachByItself<Item>(
  items: readonly Item[],
  signal: AbortSignal,
  work: (item: Item) => Promise<unknown>,
  onFailure?: (item: Item, error: unknown) => void,
): Promise<void> {
  const failures: unknown[] = []
  const fail = onFailure ?? ((_item: Item, error: unknown) => void failures.push(error))
  const unanswered: { item: Item; error: unknown }[] = []
  for (const item of items) {
    if (signal.aborted) break
    try {
      await work(item)
    } catch (error) {
      if (isConnectionLost(error)) throw error
      if (isStripeOutage(error)) {
        unanswered.push({ item, error })
        continue
      }
      fail(item, error)
    }
    for (const each of unanswered.splice(0)) fail(each.item, each.error)
  }
  failures.push(...unanswered.map(({ error }) => error))
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} of ${items.length} failed`)
}
