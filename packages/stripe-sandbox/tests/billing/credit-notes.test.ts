import { describe, expect, test } from 'vitest'
import { withInvoice } from '../support/credited.ts'
import { withCustomer } from '../support/drafts.ts'
import { typesOf } from '../support/shop.ts'
import { failure } from '../support/start.ts'

describe('a credit note for an open invoice', () => {
  test('lowers what is due, and what its payment asks for', async () => {
    const { credit, now, open, newEvents } = await withInvoice()
    const note = await credit({ amount: 2500, reason: 'order_change', memo: 'Sorry', metadata: { a: 'b' } })
    expect(note).toMatchObject({
      status: 'issued',
      type: 'pre_payment',
      amount: 2500,
      total: 2500,
      pre_payment_amount: 2500,
      post_payment_amount: 0,
      number: `${open.number}-CN-01`,
      memo: 'Sorry',
      reason: 'order_change',
      metadata: { a: 'b' },
    })
    const invoice = await now()
    expect(invoice).toMatchObject({
      status: 'open',
      total: 10_000,
      amount_due: 7500,
      amount_remaining: 7500,
      pre_payment_credit_notes_amount: 2500,
      payments: { data: [{ amount_requested: 7500, payment: { payment_intent: { amount: 7500 } } }] },
    })
    expect(typesOf(await newEvents())).toEqual(['credit_note.created', 'invoice.updated'])
  })

  test('that leaves nothing to pay makes it paid, without a payment', async () => {
    const { credit, now, newEvents, stripe } = await withInvoice()
    await credit({ amount: 10_000 })
    expect(await now()).toMatchObject({ status: 'paid', amount_due: 0, amount_paid: 0, amount_remaining: 0 })
    expect(typesOf(await newEvents())).toEqual([
      'credit_note.created',
      'invoice.updated',
      'payment_intent.canceled',
      'invoice.paid',
      'invoice.updated',
    ])
    expect((await stripe.charges.list()).data).toEqual([])
  })

  test('gives back what the balance had paid already', async () => {
    const { credit, now, balance } = await withInvoice({ balance: -3000 })
    const call = credit({ amount: 8000 })
    expect((await failure(call)).message).toContain('must equal the post-payment amount')
    const note = await credit({ amount: 8000, credit_amount: 1000 })
    expect(note).toMatchObject({ type: 'mixed', pre_payment_amount: 7000, post_payment_amount: 1000 })
    expect(await now()).toMatchObject({
      status: 'paid',
      amount_paid: 0,
      post_payment_credit_notes_amount: 1000,
    })
    expect(await balance()).toBe(-1000)
  })

  test('can be taken back while it is open', async () => {
    const { credit, now, stripe, newEvents } = await withInvoice()
    const { id } = await credit({ amount: 2500 })
    await newEvents()
    expect(await stripe.creditNotes.voidCreditNote(id)).toMatchObject({ status: 'void' })
    expect(await now()).toMatchObject({
      amount_due: 10_000,
      amount_remaining: 10_000,
      pre_payment_credit_notes_amount: 0,
      payments: { data: [{ payment: { payment_intent: { amount: 10_000 } } }] },
    })
    expect(typesOf(await newEvents())).toEqual(['credit_note.voided', 'invoice.updated'])
    expect(await failure(stripe.creditNotes.voidCreditNote(id))).toMatchObject({ statusCode: 400 })
  })
})

describe('a credit note for a paid invoice', () => {
  test('refunds its charge', async () => {
    const { credit, now, stripe, newEvents } = await withInvoice({ isPaid: true })
    const note = await credit({ amount: 4000, refund_amount: 4000, reason: 'duplicate' })
    const [refund] = (await stripe.refunds.list()).data
    expect(note).toMatchObject({
      type: 'post_payment',
      refunds: [{ amount_refunded: 4000, refund: refund?.id, type: 'refund' }],
    })
    expect(refund).toMatchObject({ amount: 4000, reason: 'duplicate' })
    expect(await now()).toMatchObject({
      status: 'paid',
      amount_due: 10_000,
      amount_paid: 10_000,
      post_payment_credit_notes_amount: 4000,
    })
    const types = typesOf(await newEvents())
    expect(types.filter((type) => !type.startsWith('refund.updated'))).toEqual(
      expect.arrayContaining(['refund.created', 'charge.refunded', 'credit_note.created', 'invoice.updated']),
    )
    expect(types.slice(-2)).toEqual(['credit_note.created', 'invoice.updated'])
  })

  test('credits the balance, which pays the next invoice', async () => {
    const { credit, stripe, customer, balance, draft } = await withInvoice({ isPaid: true })
    const note = await credit({ amount: 3000, credit_amount: 3000 })
    expect(await balance()).toBe(-3000)
    const transaction = await stripe.customers.retrieveBalanceTransaction(
      customer,
      String(note.customer_balance_transaction),
    )
    expect(transaction).toMatchObject({ amount: -3000, type: 'credit_note', credit_note: note.id })
    const { id } = await draft(5000)
    expect(await stripe.invoices.pay(id)).toMatchObject({ total: 5000, amount_due: 2000, amount_paid: 2000 })
    expect(await balance()).toBe(0)
  })

  test('can be split, and name refunds that were made before', async () => {
    const { credit, stripe, balance } = await withInvoice({ isPaid: true })
    const [charge] = (await stripe.charges.list()).data
    const { id: refund } = await stripe.refunds.create({ charge: charge?.id ?? '', amount: 1500 })
    const note = await credit({
      amount: 5000,
      refunds: [{ refund }],
      credit_amount: 2000,
      out_of_band_amount: 1000,
      refund_amount: 500,
    })
    expect(note.refunds.map((each) => each.amount_refunded)).toEqual([1500, 500])
    expect(note.out_of_band_amount).toBe(1000)
    expect(await balance()).toBe(-2000)
    expect((await stripe.charges.list()).data[0]?.amount_refunded).toBe(2000)
    const again = credit({ amount: 100, refunds: [{ refund, amount_refunded: 100 }] })
    expect(await failure(again)).toMatchObject({ param: 'refunds[0][amount_refunded]' })
  })

  test('cannot credit more than is left, refunds counted', async () => {
    const { credit, stripe } = await withInvoice({ isPaid: true })
    const [charge] = (await stripe.charges.list()).data
    await stripe.refunds.create({ charge: charge?.id ?? '', amount: 3000 })
    await credit({ amount: 5000, credit_amount: 5000 })
    expect(await failure(credit({ amount: 2001, credit_amount: 2001 }))).toMatchObject({ param: 'amount' })
    expect((await credit({ amount: 2000, refund_amount: 2000 })).number).toMatch(/-CN-02$/)
  })

  test('cannot be taken back', async () => {
    const { credit, stripe } = await withInvoice({ isPaid: true })
    const { id } = await credit({ amount: 100, credit_amount: 100 })
    expect(await failure(stripe.creditNotes.voidCreditNote(id))).toMatchObject({ statusCode: 400 })
  })

  test('says how it gives back, to the last unit', async () => {
    const { credit } = await withInvoice({ isPaid: true })
    for (const parts of [{}, { credit_amount: 99 }, { refund_amount: 60, out_of_band_amount: 60 }]) {
      expect((await failure(credit({ amount: 100, ...parts }))).message).toContain('must equal')
    }
  })
})

describe('credit notes', () => {
  test('are found by customer and invoice, and take another memo', async () => {
    const { credit, stripe, customer, id, newEvents } = await withInvoice()
    const note = await credit({ amount: 100 })
    await newEvents()
    expect(await stripe.creditNotes.update(note.id, { memo: 'As agreed' })).toMatchObject({
      memo: 'As agreed',
    })
    expect(typesOf(await newEvents())).toEqual(['credit_note.updated'])
    const found = [
      await stripe.creditNotes.list({ customer }),
      await stripe.creditNotes.list({ invoice: id }),
      await stripe.creditNotes.list(),
    ]
    expect(found.map(({ data }) => data.map((each) => each.id))).toEqual([[note.id], [note.id], [note.id]])
  })

  test('are there as a PDF', async () => {
    const { credit } = await withInvoice()
    const note = await credit({ amount: 100 })
    const response = await fetch(note.pdf)
    expect(response.headers.get('Content-Disposition')).toContain(`Credit-note-${note.number}.pdf`)
    expect(await response.text()).toMatch(/^%PDF-1\.4/)
  })

  test('are not for drafts or void invoices', async () => {
    const { stripe, draft } = await withCustomer()
    const { id } = await draft()
    const credit = () => stripe.creditNotes.create({ invoice: id, amount: 1 })
    expect(await failure(credit())).toMatchObject({ param: 'invoice' })
    await stripe.invoices.finalizeInvoice(id)
    await stripe.invoices.voidInvoice(id)
    expect(await failure(credit())).toMatchObject({ param: 'invoice' })
  })
})
