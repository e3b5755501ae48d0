import type { Scenario } from '../scenario.ts'
import { accountScenarios } from './account.ts'
import { buyingScenarios } from './buying.ts'
import { catalogueScenarios } from './catalogue.ts'
import { customerScenarios } from './customers.ts'
import { discountScenarios } from './discounts.ts'
import { disputeScenarios } from './disputes.ts'
import { invoiceScenarios } from './invoices.ts'
import { paymentScenarios } from './payments.ts'
import { scheduleScenarios } from './schedules.ts'
import { slowPaymentScenarios } from './slow-payments.ts'
import { subscriptionScenarios } from './subscriptions.ts'
import { usageScenarios } from './usage.ts'

/** The first story that names an event is the one told for it. */
export const scenarios: readonly Scenario[] = [
  ...catalogueScenarios,
  ...customerScenarios,
  ...discountScenarios,
  ...buyingScenarios,
  ...paymentScenarios,
  ...slowPaymentScenarios,
  ...disputeScenarios,
  ...subscriptionScenarios,
  ...scheduleScenarios,
  ...invoiceScenarios,
  ...usageScenarios,
  ...accountScenarios,
]
