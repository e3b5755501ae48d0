import type Stripe from 'stripe'
import type { Sandbox } from '../../src/index.ts'
import type { Store } from '../../src/store/store.ts'
import { idOf } from '../../src/store/tables.ts'

type Status = Stripe.Invoice.Status

/** What may follow a status in one step of a person or of the clock. */
const next: Record<string, readonly Status[]> = {
  draft: ['draft', 'open', 'paid'],
  open: ['open', 'paid', 'void', 'uncollectible'],
  paid: ['paid'],
  uncollectible: ['uncollectible', 'paid', 'void'],
  void: ['void'],
}

export type Statuses = ReadonlyMap<string, Status>

export function statusesOf({ context }: Sandbox): Statuses {
  return new Map([...context.store.all('invoice')].map(({ id, status }) => [id, status ?? 'draft']))
}

/** Where the amounts of a sandbox's invoices, credit notes, payments and balances contradict each other. */
export function invoiceProblems({ context: { store } }: Sandbox, before: Statuses): string[] {
  return [
    ...[...store.all('invoice')].flatMap((invoice) => [
      ...ofStatus(invoice, before),
      ...(invoice.status === 'draft' ? [] : [...ofAmounts(store, invoice), ...ofPayments(store, invoice)]),
    ]),
    ...[...store.all('credit_note')].flatMap((note) => ofCreditNote(store, note)),
    ...[...store.all('charge')].flatMap((charge) => ofCharge(store, charge)),
    ...[...store.all('customer')].flatMap((customer) => ofBalance(store, customer)),
  ]
}

function ofStatus({ id, status }: Stripe.Invoice, before: Statuses): string[] {
  const was = before.get(id) ?? 'draft'
  return next[was]?.includes(status ?? 'draft') ? [] : [`${id} went from ${was} to ${status}`]
}

function ofAmounts(store: Store, invoice: Stripe.Invoice): string[] {
  const notes = issued(store, invoice)
  const { id, total, amount_due: due, amount_paid: paid, amount_remaining: left } = invoice
  return complaints(id, {
    'total is the sum of the lines': [total, sum(invoice.lines.data.map((line) => line.amount))],
    'what is due, credited and moved to the balance is the total': [
      due + invoice.pre_payment_credit_notes_amount + (invoice.ending_balance ?? 0),
      total + invoice.starting_balance,
    ],
    'due less paid is left': [left, due - paid],
    'credited before payment': [
      invoice.pre_payment_credit_notes_amount,
      sum(notes.map((note) => note.pre_payment_amount)),
    ],
    'credited after payment': [
      invoice.post_payment_credit_notes_amount,
      sum(notes.map((note) => note.post_payment_amount)),
    ],
    'nothing is left of what is paid': [invoice.status === 'paid' ? left : 0, 0],
    'nothing is below zero': [Math.min(due, paid, left, 0), 0],
    'no more is credited than there was': [
      Math.max(0, sum(notes.map((note) => note.total)) - Math.max(0, total)),
      0,
    ],
  })
}

function ofPayments(store: Store, invoice: Stripe.Invoice): string[] {
  const payments = [...store.where('invoice_payment', 'invoice', invoice.id)]
  const received = payments.map((payment) => payment.amount_paid ?? 0)
  const asked = payments
    .filter((payment) => payment.status === 'open')
    .map((payment) => store.get('payment_intent', idOf(payment.payment.payment_intent) ?? '')?.amount ?? 0)
  return complaints(invoice.id, {
    'paid through Stripe': [invoice.amount_paid - (invoice.amount_paid_off_stripe ?? 0), sum(received)],
    'what is asked for is what is left': [
      asked.length === 0 ? 0 : sum(asked),
      asked.length === 0 ? 0 : invoice.amount_remaining,
    ],
  })
}

function ofCreditNote(store: Store, note: Stripe.CreditNote): string[] {
  const balance = store.get('customer_balance_transaction', idOf(note.customer_balance_transaction) ?? '')
  const given = sum(note.refunds.map((refund) => refund.amount_refunded)) + (note.out_of_band_amount ?? 0)
  return complaints(note.id, {
    'before and after payment make the total': [
      note.pre_payment_amount + note.post_payment_amount,
      note.total,
    ],
    'what is given back': [given - (balance?.amount ?? 0), note.post_payment_amount],
    'the lines make the total': [sum(note.lines.data.map((line) => line.amount)), note.total],
  })
}

function ofCharge(store: Store, charge: Stripe.Charge): string[] {
  const refunds = [...store.where('refund', 'charge', charge.id)].map((refund) => refund.amount)
  const linked = [...store.all('credit_note')]
    .flatMap((note) => note.refunds)
    .filter((link) => idOf(store.get('refund', idOf(link.refund) ?? '')?.charge) === charge.id)
  return complaints(charge.id, {
    refunded: [charge.amount_refunded, sum(refunds)],
    'no more is refunded than was paid': [Math.max(0, charge.amount_refunded - charge.amount), 0],
    'no more is linked than was refunded': [
      Math.max(0, sum(linked.map((link) => link.amount_refunded)) - sum(refunds)),
      0,
    ],
  })
}

function ofBalance(store: Store, customer: Stripe.Customer): string[] {
  const transactions = [...store.where('customer_balance_transaction', 'customer', customer.id)]
  const moved = [...store.where('invoice', 'customer', customer.id)]
    .filter((invoice) => invoice.status !== 'draft' && invoice.status !== 'void')
    .map((invoice) => (invoice.ending_balance ?? 0) - invoice.starting_balance)
  const byHand = transactions.filter((each) => each.type === 'adjustment' || each.type === 'credit_note')
  return complaints(customer.id, {
    'the transactions make the balance': [customer.balance, sum(transactions.map((each) => each.amount))],
    'the last one ends with it': [customer.balance, transactions[0]?.ending_balance ?? 0],
    'invoices and hands make the balance': [
      customer.balance,
      sum(moved) + sum(byHand.map((each) => each.amount)),
    ],
  })
}

function issued(store: Store, invoice: Stripe.Invoice): Stripe.CreditNote[] {
  return [...store.where('credit_note', 'invoice', invoice.id)].filter((note) => note.status === 'issued')
}

function complaints(id: string, checks: Record<string, readonly [number, number]>): string[] {
  return Object.entries(checks).flatMap(([what, [is, should]]) =>
    is === should ? [] : [`${id}: ${what}: ${is}, not ${should}`],
  )
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0)
}
