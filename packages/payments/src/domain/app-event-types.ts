import type { AppEventType } from './app-events.ts'

/** Every type, in the order of the reference. That none is missing is a test (outbox/event-schemas.test.ts). */
export const APP_EVENT_TYPES = [
  'subscription.activated',
  'subscription.renewed',
  'subscription.past_due',
  'subscription.canceled',
  'subscription.plan_changed',
  'subscription.trial_ending',
  'purchase.completed',
  'purchase.refunded',
  'payment.failed',
  'payment.action_required',
  'access.changed',
  'dispute.opened',
  'dispute.closed',
  'duplicate_subscription.detected',
] as const satisfies readonly AppEventType[]

type GroupOf<Type extends string> = Type extends `${infer Group}.${string}` ? `${Group}.*` : never

/** What an endpoint may ask for: a type, a group such as `subscription.*`, or `*` for everything. */
export type WantedEvents = AppEventType | GroupOf<AppEventType> | '*'

export function isWantedEvents(word: unknown): word is WantedEvents {
  return word === '*' || APP_EVENT_TYPES.some((type) => type === word || groupOf(type) === word)
}

/** The types that these words stand for. Null: all, also those that a later release adds. */
export function typesOf(words: readonly WantedEvents[]): readonly AppEventType[] | null {
  if (words.includes('*')) return null
  return APP_EVENT_TYPES.filter((type) => words.some((word) => word === type || word === groupOf(type)))
}

/** For whoever wrote a word that is no type and no group: what there is, of its group if that is one. */
export function explainUnknownEvents(word: string): string {
  const near = APP_EVENT_TYPES.filter((type) => groupOf(type) === groupOf(word))
  const groups = [...new Set(APP_EVENT_TYPES.map(groupOf))]
  const known = near.length > 0 ? [...near, groupOf(word)].join(', ') : `the groups ${groups.join(', ')}`
  return `${word} is no type of event and no group of them; there are ${known}`
}

function groupOf(type: string): string {
  return `${type.split('.', 1)[0]}.*`
}
