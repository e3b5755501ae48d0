import type Stripe from 'stripe'

/** An event of API v2 as it is fetched: the SDK's type, whose base leaves out what most of its kinds have. */
export type ThinEvent = Stripe.V2.Core.EventBase & {
  /** null for the few kinds that are about nothing that can be fetched. */
  related_object: Stripe.V2.Core.Events.RelatedObject | null
}
