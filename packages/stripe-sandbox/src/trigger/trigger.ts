import type Stripe from 'stripe'
import type { Scenario } from './scenario.ts'
import { scenarios } from './scenarios/scenarios.ts'
import { createStage } from './stage.ts'

/** Every event that can be triggered, in alphabetical order. */
export const triggerableEvents: readonly string[] = [
  ...new Set(scenarios.flatMap(({ events }) => events as readonly string[])),
].sort()

/** The story that makes an event happen; undefined when there is none. */
export function scenarioFor(eventType: string): Scenario | undefined {
  return scenarios.find(({ events }) => events.some((event) => event === eventType))
}

/**
 * Plays a story and answers the events that it caused, oldest first.
 * @throws what the API refuses.
 */
export async function play(stripe: Stripe, scenario: Scenario): Promise<Stripe.Event[]> {
  const [last] = (await stripe.events.list({ limit: 1 })).data
  await scenario.play(createStage(stripe))
  const events: Stripe.Event[] = []
  for await (const event of stripe.events.list({ limit: 100 })) {
    if (event.id === last?.id) break
    events.push(event)
  }
  return events.reverse()
}
