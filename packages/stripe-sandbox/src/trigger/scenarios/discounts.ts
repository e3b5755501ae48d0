import type { Scenario } from '../scenario.ts'

export const discountScenarios: readonly Scenario[] = [
  {
    what: 'a coupon is made, renamed and deleted',
    events: ['coupon.created', 'coupon.updated', 'coupon.deleted'],
    play: async ({ stripe }) => {
      const { id } = await stripe.coupons.create({ percent_off: 20, duration: 'once' })
      await stripe.coupons.update(id, { name: 'Triggered' })
      await stripe.coupons.del(id)
    },
  },
  {
    what: 'a promotion code is made and switched off',
    events: ['promotion_code.created', 'promotion_code.updated'],
    play: async ({ stripe }) => {
      const { id: coupon } = await stripe.coupons.create({ percent_off: 20, duration: 'once' })
      const { id } = await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon } })
      await stripe.promotionCodes.update(id, { active: false })
    },
  },
  {
    what: 'a subscription gets a discount and loses it',
    events: ['customer.discount.created', 'customer.discount.deleted'],
    play: async ({ stripe, customer, subscription }) => {
      const { id: coupon } = await stripe.coupons.create({ percent_off: 20, duration: 'forever' })
      const { id } = await subscription(await customer(), { discounts: [{ coupon }] })
      await stripe.subscriptions.deleteDiscount(id)
    },
  },
  {
    what: 'a tax rate is made and archived',
    events: ['tax_rate.created', 'tax_rate.updated'],
    play: async ({ stripe }) => {
      const { id } = await stripe.taxRates.create({ display_name: 'VAT', percentage: 19, inclusive: false })
      await stripe.taxRates.update(id, { active: false })
    },
  },
]
