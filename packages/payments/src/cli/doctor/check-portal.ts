import type { StripeClient } from '../../stripe/client.ts'
import type { Finding } from './finding.ts'

/** Whether the billing portal has a configuration: without one, Stripe refuses every portal session. */
export async function checkPortal(stripe: StripeClient): Promise<Finding[]> {
  const { data } = await stripe.billingPortal.configurations.list({
    active: true,
    is_default: true,
    limit: 1,
  })
  const configuration = data[0]
  if (configuration === undefined) {
    return [
      {
        level: 'problem',
        area: 'portal',
        message: 'there is no default configuration, so the portal cannot be opened',
        remedy: 'Save it once: Stripe dashboard, Settings, Billing, Customer portal.',
      },
    ]
  }
  const {
    subscription_cancel: cancel,
    payment_method_update: paymentMethod,
    invoice_history: invoices,
  } = configuration.features
  const off = [
    [cancel.enabled, 'cancel a subscription'],
    [paymentMethod.enabled, 'update the payment method'],
    [invoices.enabled, 'see invoices'],
  ].flatMap(([enabled, what]) => (enabled ? [] : [String(what)]))
  if (off.length === 0) return [{ level: 'ok', area: 'portal', message: `configured (${configuration.id})` }]
  return [
    {
      level: 'warning',
      area: 'portal',
      message: `customers cannot ${off.join(' or ')} there`,
      remedy: 'Switch it on, if you want it: Stripe dashboard, Settings, Billing, Customer portal.',
    },
  ]
}
