import type { DeliveryTrouble } from '../events/delivery.ts'
import type { AnnouncedEvent, EventTrouble, TroubledDelivery } from '../events/event-trouble.ts'
import type { Recipient } from '../events/recipient.ts'
import { secretsOf } from '../events/secrets-of.ts'
import type { Store } from '../store/store.ts'
import { draw } from './chance.ts'
import type { StoredFaultRule } from './fault-rule.ts'
import { rulesFor, strike, type Target } from './strike.ts'

/** The faults of events and of their deliveries. Every rule that strikes adds its own: late and signed wrongly, say. */
export function eventFaults(store: Store): EventTrouble {
  return {
    ofEvent: (event, now) => {
      const outcome = { copies: 1, created: now }
      for (const rule of rulesFor(store, 'event')) {
        const struck = strike(store, rule, targetOf(event))
        if (struck?.fault === 'duplicate_event') outcome.copies = 2
        if (struck?.fault === 'same_second') {
          outcome.created = inWindow(
            store,
            struck,
            'events',
            now * 1000,
            (struck.windowSeconds ?? 60) * 1000,
          ).created
        }
      }
      return outcome
    },
    ofDelivery: (event, to, nowMs) => {
      const target: Target = { ...targetOf(event), endpoint: [to.id, to.url] }
      let troubled: TroubledDelivery | undefined
      for (const rule of rulesFor(store, 'delivery')) {
        if (rule.fault === 'sign_with_old_secret' && secretsOf(store, to, nowMs).length === 1) continue
        const struck = strike(store, rule, target)
        if (!struck) continue
        troubled ??= { trouble: { faults: [] }, firstAttemptAtMs: nowMs, repeatAtMs: null }
        troubled = worsened(store, troubled, struck, to, nowMs)
      }
      return troubled
    },
  }
}

function targetOf({ type, customer }: AnnouncedEvent): Target {
  return { eventType: type, customer: () => customer }
}

function worsened(
  store: Store,
  before: TroubledDelivery,
  rule: StoredFaultRule,
  to: Recipient,
  nowMs: number,
): TroubledDelivery {
  const trouble = { ...before.trouble, faults: [...before.trouble.faults, rule.fault] }
  const spoiled = (more: Partial<DeliveryTrouble>): TroubledDelivery => ({
    ...before,
    trouble: { ...trouble, ...more },
  })
  switch (rule.fault) {
    case 'deliver_twice':
      return { ...before, trouble, repeatAtMs: nowMs + (rule.afterMs ?? 0) }
    case 'deliver_late':
      return { ...before, trouble, firstAttemptAtMs: postponed(before, nowMs + (rule.lateMs ?? 1000)) }
    case 'deliver_never':
      return { ...before, trouble, firstAttemptAtMs: null }
    case 'deliver_out_of_order': {
      const { endsAtMs, held } = inWindow(store, rule, to.id, nowMs, rule.windowMs ?? 200)
      const place = rule.order === 'shuffled' ? draw(store) : -held
      return {
        ...before,
        trouble: { ...trouble, window: { opensAtMs: endsAtMs, place } },
        firstAttemptAtMs: postponed(before, endsAtMs),
      }
    }
    case 'sign_with_old_secret':
      return spoiled({ signature: { signedWith: 'old_secret', attempts: rule.attempts ?? 1 } })
    case 'wrong_signature':
      return spoiled({ signature: { signedWith: 'unknown_secret', attempts: rule.attempts ?? 1 } })
    case 'alter_body':
      return spoiled({ alteredBody: { attempts: rule.attempts ?? 1 } })
    default:
      throw new Error(`${rule.fault} is no fault of a delivery`)
  }
}

/** What is never sent is not sent later either. */
function postponed({ firstAttemptAtMs }: TroubledDelivery, untilMs: number): number | null {
  return firstAttemptAtMs === null ? null : Math.max(firstAttemptAtMs, untilMs)
}

/** The running window of a rule, or a new one that begins now. `held` counts what came into it before. */
function inWindow(
  store: Store,
  rule: StoredFaultRule,
  key: string,
  nowMs: number,
  lengthMs: number,
): { endsAtMs: number; held: number; created: number } {
  const running = rule.windows?.[key]
  const window =
    running && running.endsAtMs > nowMs
      ? { ...running, held: running.held + 1 }
      : { endsAtMs: nowMs + lengthMs, held: 0, created: Math.floor(nowMs / 1000) }
  const present = store.get('fault_rule', rule.id) ?? rule
  store.put('fault_rule', { ...present, windows: { ...present.windows, [key]: window } })
  return window
}
