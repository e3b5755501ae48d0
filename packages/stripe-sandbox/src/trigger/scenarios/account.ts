import type { Scenario } from '../scenario.ts'

export const accountScenarios: readonly Scenario[] = [
  {
    what: 'a billing portal is configured and opened',
    events: [
      'billing_portal.configuration.created',
      'billing_portal.configuration.updated',
      'billing_portal.session.created',
    ],
    play: async ({ stripe, customer }) => {
      const { id: configuration } = await stripe.billingPortal.configurations.create({
        features: { invoice_history: { enabled: true } },
      })
      await stripe.billingPortal.configurations.update(configuration, {
        business_profile: { headline: 'Triggered' },
      })
      const { id } = await customer(null)
      await stripe.billingPortal.sessions.create({
        customer: id,
        configuration,
        return_url: 'https://example.com/account',
      })
    },
  },
  {
    what: 'a test clock is made, put forward and deleted',
    events: [
      'test_helpers.test_clock.created',
      'test_helpers.test_clock.advancing',
      'test_helpers.test_clock.ready',
      'test_helpers.test_clock.deleted',
    ],
    play: async ({ stripe, clock, pass }) => {
      const time = await clock()
      await pass(time, 1)
      await stripe.testHelpers.testClocks.del(time.id)
    },
  },
]
