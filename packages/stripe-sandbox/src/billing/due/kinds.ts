import type { DueKind } from '../../time/due-kind.ts'
import { checkoutSessionExpiry } from './checkout-session-expiry.ts'
import { couponEnd, promotionCodeEnd } from './coupon-end.ts'
import { debitAnswers } from './debit-answers.ts'
import { discountEnd } from './discount-end.ts'
import { disputeDeadlines } from './dispute-deadlines.ts'
import { fundsAvailability } from './funds-availability.ts'
import { holdExpiry } from './hold-expiry.ts'
import { invoiceCollection } from './invoice-collection.ts'
import { invoiceDueDate } from './invoice-due-date.ts'
import { plannedResumption } from './planned-resumption.ts'
import { refundAnswers } from './refund-answers.ts'
import { scheduleSteps } from './schedule-steps.ts'
import { subscriptionCycle } from './subscription-cycle.ts'
import { testClockDeletion } from './test-clock-deletion.ts'

/** Everything that time alone does. Of two moments at the same second the earlier kind comes first. */
export const dueKinds: readonly DueKind[] = [
  checkoutSessionExpiry,
  couponEnd,
  promotionCodeEnd,
  discountEnd,
  scheduleSteps,
  subscriptionCycle,
  plannedResumption,
  invoiceCollection,
  debitAnswers,
  holdExpiry,
  disputeDeadlines,
  refundAnswers,
  fundsAvailability,
  invoiceDueDate,
  testClockDeletion,
]
