import { dueKind } from '../../time/due-kind.ts'
import { bankOfCharge } from '../bank-debits.ts'
import { settleDebit } from '../settle-debit.ts'

/** Banks answer debits, days after they began. */
export const debitAnswers = dueKind<'charge'>({
  name: 'debit answers',
  table: 'charge',
  at: (charge) => {
    if (charge.status !== 'pending') return null
    const after = bankOfCharge(charge)?.answersAfterSeconds ?? null
    return after === null ? null : charge.created + after
  },
  run: settleDebit,
})
