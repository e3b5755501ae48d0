import { dueKind } from '../../time/due-kind.ts'

/** Past its `redeem_by` a coupon is not valid any more. Stripe announces no passing of time, and neither is this. */
export const couponEnd = dueKind<'coupon'>({
  name: 'coupon end',
  table: 'coupon',
  at: (coupon) => (coupon.valid ? coupon.redeem_by : null),
  run: ({ store }, coupon) => {
    store.put('coupon', { ...coupon, valid: false })
    for (const code of store.where('promotion_code', 'coupon', coupon.id)) {
      store.put('promotion_code', { ...code, active: false })
    }
  },
})

/** Likewise a promotion code past its `expires_at`. */
export const promotionCodeEnd = dueKind<'promotion_code'>({
  name: 'promotion code end',
  table: 'promotion_code',
  isOfSandbox: true,
  at: (code) => (code.active ? code.expires_at : null),
  run: ({ store }, code) => store.put('promotion_code', { ...code, active: false }),
})
