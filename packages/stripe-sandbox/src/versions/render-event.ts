import type Stripe from 'stripe'
import { previousAttributes } from '../billing/previous-attributes.ts'
import { apiVersions } from './api-version.ts'
import { render } from './render.ts'
import type { Past } from './step.ts'

type Hash = Record<string, unknown>

/**
 * An event in the shape of an older API version. What changed is compared again in that shape: where a subscription's period
 * moved to its items, acacia's event says that `current_period_end` changed.
 */
export function renderEvent(event: Stripe.Event, version: string, past: Past): Stripe.Event {
  if (version === apiVersions.at(-1)) return event
  const { object, previous_attributes: previous } = event.data as {
    object: object
    previous_attributes?: object
  }
  const rendered = render(object, version, past)
  const data = {
    object: rendered,
    ...(previous === undefined
      ? {}
      : {
          previous_attributes:
            previousAttributes(render(restored(object, previous), version, past), rendered) ?? {},
        }),
  }
  // A boundary: the SDK's types name today's shapes only.
  return { ...event, api_version: version, data } as unknown as Stripe.Event
}

/** The object before the change: a hash of old values holds only those that changed, an array all of them. */
function restored(object: object, previous: object): object {
  const now = object as Hash
  const before = Object.entries(previous).map(([key, old]) => [
    key,
    isHash(now[key]) && isHash(old) ? restored(now[key], old) : old,
  ])
  return { ...now, ...Object.fromEntries(before) }
}

function isHash(value: unknown): value is Hash {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
