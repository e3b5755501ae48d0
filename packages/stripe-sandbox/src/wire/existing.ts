import type { Context } from '../context.ts'
import type { TableName, Tables } from '../store/tables.ts'
import { resourceMissing } from './error-catalogue.ts'

/** Stripe's words for what its errors miss: `No such customer: 'cus_1'`. */
const nouns: { [T in TableName]?: string } = {
  'test_helpers.test_clock': 'testclock',
  balance_transaction: 'balance transaction',
  'radar.early_fraud_warning': 'early fraud warning',
  payment_method: 'PaymentMethod',
  'checkout.session': 'checkout.session',
  credit_note: 'credit note',
  promotion_code: 'promotion code',
  file_link: 'file link',
  invoice_payment: 'invoice_payment',
  payment_intent: 'payment_intent',
  setup_intent: 'setupintent',
  'billing_portal.configuration': 'configuration',
  'billing.feedback_option': 'feedback option',
  'billing.meter': 'meter',
  'entitlements.feature': 'feature',
  active_entitlement: 'active entitlement',
  product_feature: 'product feature',
  subscription_schedule: 'subscription schedule',
  webhook_endpoint: 'webhook endpoint',
}

/**
 * The object that an id names.
 * @param param the parameter that gave the id; the default `id` stands for the path and makes the error a 404.
 * @throws StripeApiError resource_missing.
 */
export function existing<T extends TableName>(
  context: Pick<Context, 'store'>,
  table: T,
  id: string,
  param = 'id',
): Tables[T] {
  const object = context.store.get(table, id)
  if (!object) throw resourceMissing(nounOf(table), id, param)
  return object
}

/** Stripe's word for one object of a table. */
export function nounOf(table: TableName): string {
  return nouns[table] ?? table
}
