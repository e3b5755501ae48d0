import type { Route } from '../wire/route.ts'
import { balanceRoutes } from './balance.ts'
import { balanceTransactionRoutes } from './balance-transactions.ts'
import { chargeRoutes } from './charges.ts'
import { checkoutSessionRoutes } from './checkout-sessions.ts'
import { creditNoteRoutes } from './credit-notes.ts'
import { customerBalanceRoutes } from './customer-balance.ts'
import { disputeRoutes } from './disputes.ts'
import { earlyFraudWarningRoutes } from './early-fraud-warnings.ts'
import { fileLinkRoutes } from './file-links.ts'
import { fileRoutes } from './files.ts'
import { invoiceItemRoutes } from './invoice-items.ts'
import { invoicePaymentRoutes } from './invoice-payments.ts'
import { invoiceRoutes } from './invoices.ts'
import { mandateRoutes } from './mandates.ts'
import { meterEventRoutes } from './meter-events.ts'
import { meterRoutes } from './meters.ts'
import { paymentIntentRoutes } from './payment-intents.ts'
import { paymentMethodRoutes } from './payment-methods.ts'
import { portalConfigurationRoutes } from './portal-configurations.ts'
import { portalSessionRoutes } from './portal-sessions.ts'
import { refundRoutes } from './refunds.ts'
import { setupIntentRoutes } from './setup-intents.ts'
import { subscriptionItemRoutes } from './subscription-items.ts'
import { subscriptionScheduleRoutes } from './subscription-schedules.ts'
import { subscriptionRoutes } from './subscriptions.ts'

/** The calls that sell, bill, charge and refund. */
export const billingRoutes: readonly Route[] = [
  ...balanceRoutes,
  ...balanceTransactionRoutes,
  ...chargeRoutes,
  ...checkoutSessionRoutes,
  ...disputeRoutes,
  ...earlyFraudWarningRoutes,
  ...fileLinkRoutes,
  ...fileRoutes,
  ...creditNoteRoutes,
  ...customerBalanceRoutes,
  ...invoiceItemRoutes,
  ...invoicePaymentRoutes,
  ...mandateRoutes,
  ...invoiceRoutes,
  ...meterEventRoutes,
  ...meterRoutes,
  ...paymentIntentRoutes,
  ...paymentMethodRoutes,
  ...portalConfigurationRoutes,
  ...portalSessionRoutes,
  ...refundRoutes,
  ...setupIntentRoutes,
  ...subscriptionItemRoutes,
  ...subscriptionRoutes,
  ...subscriptionScheduleRoutes,
]
