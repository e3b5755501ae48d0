import type Stripe from 'stripe'
import type { Store } from '../../src/index.ts'

/** Sums by `customer currency`, in minor units. */
type Sums = Map<string, number>

/**
 * What is wrong with the money, customer by customer and currency by currency, to the minor unit:
 * what invoices say was paid is what was charged for them, and what was given back is what charges say was given back.
 */
export function wrongInTheBooks({ store }: { store: Store }): string[] {
  const byInvoices = sums(store.all('invoice'), (invoice) => [invoice, invoice.amount_paid])
  const paidByCharge = new Set<string>()
  for (const { payment, status } of store.all('invoice_payment')) {
    if (status === 'paid' && payment.payment_intent) paidByCharge.add(String(payment.payment_intent))
  }
  const charges = [...store.all('charge')].filter((charge) => charge.status === 'succeeded')
  const forInvoices = charges.filter((charge) => paidByCharge.has(String(charge.payment_intent)))
  const byCharges = sums(forInvoices, (charge) => [charge, charge.amount_captured])

  const chargeOf = new Map(charges.map((charge) => [charge.id, charge]))
  const refundedByRefunds = sums(
    [...store.all('refund')].filter(({ status }) => status !== 'failed' && status !== 'canceled'),
    (refund) => [chargeOf.get(String(refund.charge)) ?? { customer: 'nobody', currency: '?' }, refund.amount],
  )
  const refundedByCharges = sums(charges, (charge) => [charge, charge.amount_refunded])

  const balances = sums(store.all('customer'), (customer) => [
    { customer: customer.id, currency: customer.currency },
    customer.balance,
  ])
  const balanceChanges = sums(store.all('customer_balance_transaction'), (change) => [change, change.amount])
  return [
    ...differences('paid invoices, charges for them', byInvoices, byCharges),
    ...differences('refunds, refunded of charges', refundedByRefunds, refundedByCharges),
    ...differences('balance, changes of it', balances, balanceChanges),
    ...[...store.all('invoice')].flatMap(wrongWithInvoice),
  ]
}

function wrongWithInvoice(invoice: Stripe.Invoice): string[] {
  const { id, status, amount_due: due, amount_paid: paid, amount_remaining: remaining } = invoice
  return [
    ...(status === 'paid' && remaining !== 0 ? [`${id} is paid, and ${remaining} remain`] : []),
    ...(paid + remaining === due ? [] : [`${id}: ${paid} paid + ${remaining} remaining is not ${due} due`]),
    ...(paid > due ? [`${id}: more was paid than was due`] : []),
  ]
}

function sums<T>(objects: Iterable<T>, of: (object: T) => [Payable, number]): Sums {
  const found: Sums = new Map()
  for (const object of objects) {
    const [{ customer, currency }, amountMinor] = of(object)
    const key = `${typeof customer === 'string' ? customer : (customer?.id ?? 'nobody')} ${currency}`
    found.set(key, (found.get(key) ?? 0) + amountMinor)
  }
  return found
}

interface Payable {
  customer: string | { id: string } | null
  currency: string | null | undefined
}

function differences(what: string, one: Sums, other: Sums): string[] {
  return [...new Set([...one.keys(), ...other.keys()])]
    .filter((key) => (one.get(key) ?? 0) !== (other.get(key) ?? 0))
    .map((key) => `${what} of ${key}: ${one.get(key) ?? 0}, ${other.get(key) ?? 0}`)
}
