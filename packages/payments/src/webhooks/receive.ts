import type { NewEvent } from '../db/queries/events.ts'
import type { Clock } from '../domain/clock.ts'
import { DomainError } from '../domain/errors.ts'
import type { Logger } from '../observability/log.ts'
import type { Metrics } from '../observability/metrics.ts'
import { type VerifiedEvent, verifyEvent } from '../stripe/signature.ts'
import { addressOf } from './address.ts'
import type { Inbox } from './inbox.ts'

export interface ReceiveContext {
  inbox: Inbox
  clock: Clock
  log: Logger
  metrics: Metrics
  /** Every signing secret that is valid now; several while one is rolled. Never empty: an unset secret refuses everything. */
  secrets: readonly string[]
  /** Mode of this installation. Events of the other mode are stored and ignored. */
  livemode: boolean
}

export interface Received {
  eventId: string
  outcome: 'stored' | 'duplicate'
}

/**
 * Verifies one delivery and stores its event; resolves when the event is committed, so that a 2xx is never given for
 * anything that a crash could lose (I2). Nothing is processed here.
 *
 * Throws `webhook_invalid_signature`, `webhook_invalid_payload`, `database_unavailable` when the inbox is full, and
 * whatever the database threw.
 */
export async function receiveWebhook(
  context: ReceiveContext,
  rawBody: Uint8Array,
  signature: string | undefined,
): Promise<Received> {
  try {
    return await storeDelivery(context, rawBody, signature)
  } catch (error) {
    if (error instanceof DomainError && error.code.startsWith('webhook_invalid_')) {
      context.metrics.webhookEvents.inc({ result: 'refused' })
    }
    throw error
  }
}

/** The same without counting a refusal, for a caller that asks `receiveWebhook` again when this throws. */
export async function storeDelivery(
  context: ReceiveContext,
  rawBody: Uint8Array,
  signature: string | undefined,
): Promise<Received> {
  const event = verifyEvent(rawBody, signature, context.secrets, context.clock.now())
  const outcome = await context.inbox.store(toNewEvent(context, event))
  context.metrics.webhookEvents.inc({ result: outcome })
  return { eventId: event.id, outcome }
}

function toNewEvent(context: ReceiveContext, event: VerifiedEvent): NewEvent {
  const now = context.clock.now()
  const address = addressOf(event)
  const note = event.livemode === context.livemode ? address.ignoredBecause : otherMode(event.livemode)
  return {
    id: event.id,
    type: event.type,
    groupKey: address.groupKey,
    doorbells: address.doorbells,
    apiVersion: event.apiVersion,
    livemode: event.livemode,
    stripeCreatedAt: event.createdAt,
    receivedAt: now,
    payload: event.payload,
    ignoredBecause: note,
  }
}

function otherMode(livemode: boolean): string {
  return livemode ? 'a live event at a test installation' : 'a test event at a live installation'
}
