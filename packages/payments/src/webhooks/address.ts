import {
  CATALOGUE_GROUP,
  type Doorbell,
  type DoorbellResource,
  unaddressedGroup,
} from '../domain/doorbell.ts'
import type { VerifiedEvent } from '../stripe/signature.ts'
import { DOORBELLS, type DoorbellLine, THIN_DOORBELLS } from './doorbells.ts'

const LINES = new Map<string, DoorbellLine>([...Object.entries(DOORBELLS), ...Object.entries(THIN_DOORBELLS)])

/** Where an event belongs: what is drained together, and what is stale. */
export interface EventAddress {
  groupKey: string
  doorbells: readonly Doorbell[]
  /** Why nothing of ours can be stale; null when something may be. */
  ignoredBecause: string | null
}

/** Reads ids from an event and nothing else: its payload may be old, late, or in another API version's shape. */
export function addressOf(event: Pick<VerifiedEvent, 'type' | 'isThin' | 'object'>): EventAddress {
  const line = lineFor(event)
  if (!line) return ignored(event.type, 'unknown event type')
  const doorbell = doorbellOf(line[0], event)
  if (!doorbell) return ignored(event.type, 'the event names nothing that is mirrored')
  return { groupKey: groupOf(doorbell, event.object), doorbells: [doorbell], ignoredBecause: null }
}

function lineFor(event: Pick<VerifiedEvent, 'type' | 'isThin'>): DoorbellLine | undefined {
  if (!event.isThin) return LINES.get(event.type)
  return LINES.get(event.type) ?? LINES.get(event.type.replace(/^v1\./, ''))
}

function ignored(type: string, because: string): EventAddress {
  return { groupKey: `type:${type}`, doorbells: [], ignoredBecause: because }
}

/** Follows a pointer where the payload already says where it leads; a thin event says only its own id. */
function doorbellOf(
  resource: DoorbellResource,
  event: Pick<VerifiedEvent, 'isThin' | 'object'>,
): Doorbell | null {
  const { object, isThin } = event
  if (!isThin && resource === 'charge') {
    // A charge made without a PaymentIntent is not ours: Checkout and Billing always have one.
    return ring('payment', idOf(object.payment_intent))
  }
  return ring(resource, idOf(object.id))
}

function ring(resource: DoorbellResource, id: string | null): Doorbell | null {
  return id === null ? null : { resource, id }
}

function groupOf(doorbell: Doorbell, object: Readonly<Record<string, unknown>>): string {
  if (doorbell.resource === 'product' || doorbell.resource === 'price') return CATALOGUE_GROUP
  if (doorbell.resource === 'customer') return doorbell.id
  return idOf(object.customer) ?? unaddressedGroup(doorbell)
}

/**
 * An expandable field: an id, or an object with one. Anything that is not shaped like an id counts as absent; those of one's own (products,
 * prices that were plans) have hyphens and dots, none has the colon that divides a group's key.
 */
function idOf(value: unknown): string | null {
  const id =
    typeof value === 'object' && value !== null && 'id' in value ? (value as { id: unknown }).id : value
  return typeof id === 'string' && /^[\w.-]{1,255}$/.test(id) ? id : null
}
