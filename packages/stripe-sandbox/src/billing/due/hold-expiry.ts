import { idOf } from '../../store/tables.ts'
import { dueKind } from '../../time/due-kind.ts'
import { holdEndsAt, releaseHold } from '../holds.ts'
import { cancelIntent } from '../invoice-states.ts'

/** Money that was held and not taken in time is free again, and its intent is canceled. */
export const holdExpiry = dueKind<'charge'>({
  name: 'hold expiry',
  table: 'charge',
  at: holdEndsAt,
  run: (context, hold) => {
    if (holdEndsAt(hold) === null) return
    releaseHold(context, hold, 'expired')
    const intent = context.store.get('payment_intent', idOf(hold.payment_intent) ?? '')
    if (intent?.status === 'requires_capture') cancelIntent(context, intent, 'automatic')
  },
})
