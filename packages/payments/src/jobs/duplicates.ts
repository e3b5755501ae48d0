import type { ActionContext } from '../actions/context.ts'
import { settleDuplicates } from '../actions/settle-duplicates.ts'
import { createRepeat, type Repeat } from './repeat.ts'

const EVERY_MS = 10_000

/** Applies the policy to owners who were found with two subscriptions. Any number of processes may run it: the customer's lease keeps them apart. */
export function createDuplicates(context: ActionContext): Repeat {
  return createRepeat(context, {
    name: 'duplicate subscriptions',
    everyMs: EVERY_MS,
    work: (signal) => settleDuplicates(context, signal),
  })
}
