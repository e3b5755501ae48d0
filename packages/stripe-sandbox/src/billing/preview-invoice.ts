import type Stripe from 'stripe'
import { frozenClock } from '../clock.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { earliestPeriodEnd } from './cancel-subscription.ts'
import { nextPeriod } from './renew-subscription.ts'
import { liveScheduleOf } from './schedules/end-schedule.ts'
import { takeScheduleStep } from './schedules/schedule-steps.ts'
import { simulate } from './simulate.ts'

const renewing: ReadonlySet<string> = new Set(['active', 'trialing', 'past_due', 'unpaid'])

/**
 * The invoice of the next renewal, as if nothing changed until then. It is not stored; its id begins with `upcoming_in_`.
 * Undefined when no renewal is coming: the subscription has ended, waits for its first payment, or will end before.
 */
export function previewNextInvoice(
  context: Context,
  subscription: Stripe.Subscription,
): Stripe.Invoice | undefined {
  const renewsAt = earliestPeriodEnd(subscription)
  if (!renewing.has(subscription.status)) return undefined
  if (subscription.cancel_at !== null && subscription.cancel_at <= renewsAt) return undefined
  return simulate(context, renewsAt, (simulated) => {
    const invoice = nextInvoice(simulated, subscription, renewsAt)
    if (invoice === undefined) return undefined
    return {
      ...asPreview(context, invoice),
      billing_reason: 'upcoming',
      next_payment_attempt: renewsAt + context.settings.finalizeAfterSeconds,
    }
  })
}

/** The next invoice, with what a schedule changes until then. */
function nextInvoice(
  simulated: Context,
  subscription: Stripe.Subscription,
  renewsAt: number,
): Stripe.Invoice | undefined {
  const schedule = liveScheduleOf(simulated.store, subscription)
  const changesAt = schedule?.current_phase?.end_date
  if (schedule === undefined || changesAt === undefined || changesAt > renewsAt) {
    return nextPeriod(simulated, subscription).invoice
  }
  takeScheduleStep({ ...simulated, clock: frozenClock(changesAt) }, schedule)
  const after = simulated.store.get('subscription', subscription.id)
  if (after === undefined || after.ended_at !== null) return undefined
  const latest = idOf(after.latest_invoice)
  if (latest !== null && latest !== idOf(subscription.latest_invoice)) {
    return simulated.store.get('invoice', latest)
  }
  const nextAt = earliestPeriodEnd(after)
  return nextInvoice({ ...simulated, clock: frozenClock(nextAt) }, after, nextAt)
}

/** An invoice that was only simulated, with an id that names nothing. */
export function asPreview(context: Context, invoice: Stripe.Invoice): Stripe.Invoice {
  const id = `upcoming_in_${context.ids.randomText(24)}`
  return {
    ...invoice,
    id,
    automatically_finalizes_at: null,
    lines: {
      ...invoice.lines,
      data: invoice.lines.data.map((line) => ({ ...line, invoice: id })),
      url: `/v1/invoices/upcoming/lines?subscription=${invoice.lines.data[0]?.subscription ?? ''}`,
    },
  }
}
