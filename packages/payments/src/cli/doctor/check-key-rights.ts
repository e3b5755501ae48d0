import { isRestrictedKey, type StripeClient } from '../../stripe/client.ts'
import { missingRight } from '../../stripe/missing-right.ts'
import { stripeProblem } from './check-stripe-key.ts'
import type { Finding } from './finding.ts'

/**
 * What a restricted key may not read of all that serve, its jobs and its syncs read. Other checks ask for the rest: products, prices,
 * endpoints, the portal's configuration. What it may not write shows when it writes, and nothing is written to find out; who
 * may not read subscription schedules, which nothing else does, may not write them either.
 */
export async function checkKeyRights(
  stripe: StripeClient,
  apiKey: string,
  where: string,
): Promise<Finding[]> {
  if (!isRestrictedKey(apiKey)) return []
  const one = { limit: 1 }
  const reads: Record<string, () => PromiseLike<unknown>> = {
    Customers: () => stripe.customers.list(one),
    'Checkout Sessions': () => stripe.checkout.sessions.list(one),
    Subscriptions: () => stripe.subscriptions.list(one),
    'Subscription schedules': () => stripe.subscriptionSchedules.list(one),
    Invoices: () => stripe.invoices.list(one),
    'Invoices (their payments)': () => stripe.invoicePayments.list(one),
    PaymentIntents: () => stripe.paymentIntents.list(one),
    Charges: () => stripe.charges.list(one),
    Refunds: () => stripe.refunds.list(one),
    Disputes: () => stripe.disputes.list(one),
    'Radar (early fraud warnings)': () => stripe.radar.earlyFraudWarnings.list(one),
    Events: () => stripe.events.list(one),
  }
  const findings = await Promise.all(
    Object.entries(reads).map(([name, read]) => findingOf(read, `read ${name}`, where)),
  )
  return findings.flatMap((finding) => finding ?? [])
}

async function findingOf(
  read: () => PromiseLike<unknown>,
  wanted: string,
  where: string,
): Promise<Finding | null> {
  try {
    await read()
    return null
  } catch (error) {
    // Anything else is one cause for all of them, and said once by whoever asked for them.
    if (missingRight(error, wanted) === null) throw error
    return stripeProblem(error, where, wanted)
  }
}
