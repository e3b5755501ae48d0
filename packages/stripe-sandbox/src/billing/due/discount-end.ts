import { dueKind } from '../../time/due-kind.ts'
import { endDiscount, withoutDiscounts } from '../discounts.ts'
import { saveChanges } from '../save-changes.ts'

/** The months of a repeating coupon are over: it leaves its subscription, or the item. */
export const discountEnd = dueKind<'discount'>({
  name: 'discount end',
  table: 'discount',
  alongside: ['given_discount'],
  at: (discount, { store }) => (store.get('given_discount', discount.id)?.isOver ? null : discount.end),
  run: (context, { id, subscription: holder }) => {
    endDiscount(context, id)
    const before = context.store.get('subscription', holder ?? '')
    if (before === undefined || before.ended_at !== null) return
    const after = withoutDiscounts(before, new Set([id]))
    saveChanges(context, 'subscription', before, after, 'customer.subscription.updated')
  },
})
