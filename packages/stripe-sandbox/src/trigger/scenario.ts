import type Stripe from 'stripe'
import type { Stage } from './stage.ts'

/**
 * A short story that makes events happen by their real causes: calls of the API, a buyer at a hosted page, time that passes.
 * Nothing is made up: what is sent is what the sandbox sends whenever the same happens.
 */
export interface Scenario {
  /** What happens, in a few words. */
  what: string
  /** The events that this story is told for. It may cause more. */
  events: readonly Stripe.Event['type'][]
  play: (stage: Stage) => Promise<void>
}
