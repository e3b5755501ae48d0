import type { DueKind } from '../../time/due-kind.ts'
import { checkoutSessionExpiry } from './checkout-session-expiry.ts'
import { disputeDeadlines } from './dispute-deadlines.ts'
import { invoiceCollection } from './invoice-collection.ts'
import { invoiceDueDate } from './invoice-due-date.ts'
import { scheduleSteps } from './schedule-steps.ts'
import { subscriptionCycle } from './subscription-cycle.ts'
import { testClockDeletion } from './test-clock-deletion.ts'

/** Everything that time alone does. Of two moments at the same second the earlier kind comes first. */
export const dueKinds: readonly DueKind[] = [
  checkoutSessionExpiry,
  scheduleSteps,
  subscriptionCycle,
  invoiceCollection,
  disputeDeadlines,
  invoiceDueDate,
  testClockDeletion,
]
