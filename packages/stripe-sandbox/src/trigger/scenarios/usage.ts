import type { Scenario } from '../scenario.ts'

export const usageScenarios: readonly Scenario[] = [
  {
    what: 'a meter is made, renamed, stopped and started again',
    events: [
      'billing.meter.created',
      'billing.meter.updated',
      'billing.meter.deactivated',
      'billing.meter.reactivated',
    ],
    play: async ({ stripe }) => {
      const { id } = await stripe.billing.meters.create({
        display_name: 'Triggered',
        // One name, one active meter.
        event_name: `triggered_${(await stripe.billing.meters.list({ limit: 100 })).data.length}`,
        default_aggregation: { formula: 'sum' },
      })
      await stripe.billing.meters.update(id, { display_name: 'Triggered and renamed' })
      await stripe.billing.meters.deactivate(id)
      await stripe.billing.meters.reactivate(id)
    },
  },
  {
    what: 'somebody subscribes to a product with a feature',
    events: ['entitlements.active_entitlement_summary.updated'],
    play: async ({ stripe, customer, price, subscription }) => {
      const { id, product } = await price()
      const features = await stripe.entitlements.features.list({ lookup_key: 'triggered' })
      const feature =
        features.data[0] ??
        (await stripe.entitlements.features.create({ name: 'Triggered', lookup_key: 'triggered' }))
      await stripe.products.createFeature(String(product), { entitlement_feature: feature.id })
      await subscription(await customer(), { items: [{ price: id }] })
    },
  },
]
