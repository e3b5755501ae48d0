import { dueKind } from '../../time/due-kind.ts'
import { acknowledgeRefund, failRefund, nextRefundStep } from '../refund-states.ts'

/** Pending refunds are confirmed, and those that are to fail do. */
export const refundAnswers = dueKind<'refund'>({
  name: 'refund answers',
  table: 'refund',
  at: (refund, world) => nextRefundStep(world, refund)?.at ?? null,
  run: (context, refund) => {
    switch (nextRefundStep(context, refund)?.step) {
      case 'confirm':
        acknowledgeRefund(context, refund)
        return
      case 'fail':
        failRefund(context, refund)
        return
      case undefined:
    }
  },
})
