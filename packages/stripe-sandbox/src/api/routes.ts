import type { Route } from '../wire/route.ts'
import { accountRoutes } from './account.ts'
import { activeEntitlementRoutes } from './active-entitlements.ts'
import { billingRoutes } from './billing-routes.ts'
import { couponRoutes } from './coupons.ts'
import { customerRoutes } from './customers.ts'
import { discountRoutes } from './delete-discount.ts'
import { entitlementFeatureRoutes } from './entitlement-features.ts'
import { eventDestinationRoutes } from './event-destinations.ts'
import { eventRoutes } from './events.ts'
import { feedbackOptionRoutes } from './feedback-options.ts'
import { planRoutes } from './plans.ts'
import { priceRoutes } from './prices.ts'
import { productFeatureRoutes } from './product-features.ts'
import { productRoutes } from './products.ts'
import { promotionCodeRoutes } from './promotion-codes.ts'
import { taxIdRoutes } from './tax-ids.ts'
import { taxRateRoutes } from './tax-rates.ts'
import { testClockRoutes } from './test-clocks.ts'
import { thinEventRoutes } from './thin-events.ts'
import { webhookEndpointRoutes } from './webhook-endpoints.ts'

/** Every call that the sandbox answers. */
export const routes: readonly Route[] = [
  ...accountRoutes,
  ...activeEntitlementRoutes,
  ...billingRoutes,
  ...couponRoutes,
  ...customerRoutes,
  ...entitlementFeatureRoutes,
  ...discountRoutes,
  ...eventDestinationRoutes,
  ...eventRoutes,
  ...feedbackOptionRoutes,
  ...planRoutes,
  ...priceRoutes,
  ...productFeatureRoutes,
  ...productRoutes,
  ...promotionCodeRoutes,
  ...thinEventRoutes,
  ...taxIdRoutes,
  ...taxRateRoutes,
  ...testClockRoutes,
  ...webhookEndpointRoutes,
]
