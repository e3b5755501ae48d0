import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { buildDispute, type DisputeInput } from '../objects/dispute.ts'
import { recordDispute } from './balance.ts'
import { settleWarnings } from './fraud-warnings.ts'

const day = 86_400

/**
 * A holder disputes a charge; `charge.dispute.created`. A chargeback takes the money at once, `charge.dispute.funds_withdrawn`; an
 * inquiry leaves it. `charge.disputed` stays true whatever comes of it.
 */
export function openDispute(
  context: Context,
  charge: Stripe.Charge,
  what: Pick<DisputeInput, 'kind' | 'reason' | 'amountMinor'>,
): Stripe.Dispute {
  const now = context.clock.now()
  const opened = buildDispute(context.ids, { ...what, charge, created: now, dueBy: dueBy(now) })
  const dispute =
    what.kind === 'chargeback'
      ? { ...opened, balance_transactions: [recordDispute(context, opened)] }
      : opened
  context.store.put('dispute', dispute)
  context.store.put('charge', { ...(context.store.get('charge', charge.id) ?? charge), disputed: true })
  context.emit('charge.dispute.created', dispute)
  if (what.kind === 'chargeback') context.emit('charge.dispute.funds_withdrawn', dispute)
  settleWarnings(context, charge.id)
  return dispute
}

/** The last second of the eighth day (UTC) after `now`, as test mode was seen to have it. Unix seconds. */
export function dueBy(now: number): number {
  return (Math.floor(now / day) + 9) * day - 1
}
