import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { withCustomer } from '../support/drafts.ts'
import { typesOf } from '../support/shop.ts'
import { failure } from '../support/start.ts'

async function withBalance(amount: number) {
  const shop = await withCustomer()
  const { stripe, customer } = shop
  const transaction = await stripe.customers.createBalanceTransaction(customer, {
    amount,
    currency: 'usd',
    description: 'Goodwill',
    metadata: { ticket: '7' },
  })
  return {
    ...shop,
    transaction,
    transactions: async () =>
      (await stripe.customers.listBalanceTransactions(customer)).data.map(
        (each) => [each.type, each.amount, each.ending_balance] as const,
      ),
  }
}

describe('a balance transaction', () => {
  test('changes the balance and says why', async () => {
    const { stripe, customer, transaction, newEvents } = await withBalance(-1500)
    expect(transaction).toMatchObject({
      amount: -1500,
      currency: 'usd',
      description: 'Goodwill',
      ending_balance: -1500,
      metadata: { ticket: '7' },
      type: 'adjustment',
    })
    expect(await stripe.customers.retrieve(customer)).toMatchObject({ balance: -1500, currency: 'usd' })
    expect(typesOf(await newEvents())).toEqual(['customer.updated'])
  })

  test('takes another description, and belongs to its customer', async () => {
    const { stripe, customer, transaction } = await withBalance(-1500)
    const changed = await stripe.customers.updateBalanceTransaction(customer, transaction.id, {
      description: 'As agreed',
      metadata: { ticket: '' },
    })
    expect(changed).toMatchObject({ description: 'As agreed', metadata: {}, amount: -1500 })
    expect((await stripe.customers.retrieveBalanceTransaction(customer, transaction.id)).description).toBe(
      'As agreed',
    )
    const { id: other } = await stripe.customers.create({})
    const call = stripe.customers.retrieveBalanceTransaction(other, transaction.id)
    expect(await failure(call)).toMatchObject({ statusCode: 404, code: 'resource_missing' })
  })

  const refused: Partial<Stripe.CustomerCreateBalanceTransactionParams>[] = [
    { amount: 0 },
    { currency: 'eur' },
    { currency: 'zzz' },
  ]
  test.each(refused)('is refused with %o', async (wrong) => {
    const { stripe, customer } = await withBalance(-1)
    const call = stripe.customers.createBalanceTransaction(customer, { amount: 1, currency: 'usd', ...wrong })
    expect(await failure(call)).toMatchObject({ statusCode: 400 })
  })
})

describe('the balance', () => {
  test('pays the next invoice as far as it goes', async () => {
    const { stripe, draft, transactions } = await withBalance(-1500)
    const { id } = await draft(2500)
    expect(await stripe.invoices.finalizeInvoice(id)).toMatchObject({
      total: 2500,
      starting_balance: -1500,
      ending_balance: 0,
      amount_due: 1000,
    })
    expect(await transactions()).toEqual([
      ['applied_to_invoice', 1500, 0],
      ['adjustment', -1500, -1500],
    ])
  })

  test('that is owed is added to the next invoice', async () => {
    const { stripe, draft, transactions } = await withBalance(700)
    const { id } = await draft(2500)
    expect(await stripe.invoices.pay(id)).toMatchObject({ amount_due: 3200, amount_paid: 3200 })
    expect((await transactions())[0]).toEqual(['applied_to_invoice', -700, 0])
  })

  test('takes what is too little to charge, apart from the credit that it had', async () => {
    const { stripe, draft, transactions } = await withBalance(-1000)
    const { id } = await draft(1020)
    expect(await stripe.invoices.finalizeInvoice(id)).toMatchObject({ status: 'paid', amount_due: 0 })
    expect((await transactions()).slice(0, 2)).toEqual([
      ['invoice_too_small', 20, 20],
      ['applied_to_invoice', 1000, 0],
    ])
  })

  test('gets back what it paid when the invoice is voided', async () => {
    const { stripe, draft, transactions } = await withBalance(-1500)
    const { id } = await draft(2500)
    await stripe.invoices.finalizeInvoice(id)
    await stripe.invoices.voidInvoice(id)
    expect((await transactions())[0]).toEqual(['unapplied_from_invoice', -1500, -1500])
  })

  test('takes the credit of an invoice below zero', async () => {
    const { stripe, draft, transactions } = await withBalance(-100)
    const { id } = await draft(-400)
    expect(await stripe.invoices.finalizeInvoice(id)).toMatchObject({ status: 'paid', amount_due: 0 })
    expect((await transactions())[0]).toEqual(['applied_to_invoice', -400, -500])
  })
})
