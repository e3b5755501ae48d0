import type { Scenario } from '../scenario.ts'

export const customerScenarios: readonly Scenario[] = [
  {
    what: 'a customer is made, renamed and deleted',
    events: ['customer.created', 'customer.updated', 'customer.deleted'],
    play: async ({ stripe }) => {
      const { id } = await stripe.customers.create({ email: 'jenny@example.com' })
      await stripe.customers.update(id, { name: 'Jenny Rosen' })
      await stripe.customers.del(id)
    },
  },
  {
    what: 'a customer gets a tax id and loses it',
    events: ['customer.tax_id.created', 'customer.tax_id.deleted'],
    play: async ({ stripe, customer }) => {
      const { id } = await customer(null)
      const taxId = await stripe.customers.createTaxId(id, { type: 'eu_vat', value: 'DE123456789' })
      await stripe.customers.deleteTaxId(id, taxId.id)
    },
  },
  {
    what: 'a card is attached, gets another billing name, and is detached',
    events: ['payment_method.attached', 'payment_method.updated', 'payment_method.detached'],
    play: async ({ stripe, customer }) => {
      const { id } = await customer(null)
      const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: id })
      await stripe.paymentMethods.update(card.id, { billing_details: { name: 'J. Rosen' } })
      await stripe.paymentMethods.detach(card.id)
    },
  },
  {
    what: 'a card is saved at hosted Checkout',
    events: ['setup_intent.created', 'setup_intent.succeeded'],
    play: async ({ checkout, pay, customer }) => {
      const { id } = await customer(null)
      await pay(await checkout({ mode: 'setup', customer: id, currency: 'usd' }))
    },
  },
  {
    what: 'a card cannot be saved',
    events: ['setup_intent.setup_failed'],
    play: async ({ checkout, pay, customer }) => {
      const { id } = await customer(null)
      await pay(await checkout({ mode: 'setup', customer: id, currency: 'usd' }), {
        number: '4000000000000002',
      })
    },
  },
  {
    what: 'saving a card asks for authentication',
    events: ['setup_intent.requires_action'],
    play: async ({ checkout, pay, customer }) => {
      const { id } = await customer(null)
      await pay(await checkout({ mode: 'setup', customer: id, currency: 'usd' }), {
        number: '4000000000003220',
      })
    },
  },
]
