import type { Scenario } from '../scenario.ts'

export const catalogueScenarios: readonly Scenario[] = [
  {
    what: 'a product is made, renamed and deleted',
    events: ['product.created', 'product.updated', 'product.deleted'],
    play: async ({ stripe }) => {
      const { id } = await stripe.products.create({ name: 'Triggered' })
      await stripe.products.update(id, { name: 'Triggered and renamed' })
      await stripe.products.del(id)
    },
  },
  {
    what: 'a price is made and archived',
    events: ['price.created', 'price.updated'],
    play: async ({ stripe, price }) => {
      const { id } = await price()
      await stripe.prices.update(id, { active: false })
    },
  },
]
