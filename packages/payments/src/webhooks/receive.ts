import { DomainError } from '../domain/errors.ts'
import type { Logger } from '../observability/log.ts'
import { verifyEvent } from '../stripe/signature.ts'
import type { Inbox } from './inbox.ts'
import { type ArrivalContext, toNewEvent } from './new-event.ts'

export interface ReceiveContext extends ArrivalContext {
  inbox: Inbox
  log: Logger
  /** Every signing secret that is valid now; several while one is rolled. None refuses everything. */
  secrets: readonly string[]
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
  context.metrics.eventVersions.inc({ api_version: event.apiVersion ?? 'none' })
  return { eventId: event.id, outcome }
}
