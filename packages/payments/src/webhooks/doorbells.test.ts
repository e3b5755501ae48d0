import { describe, expect, test } from 'vitest'
import { addressOf } from './address.ts'
import { DOORBELLS, type DoorbellLine, THIN_DOORBELLS } from './doorbells.ts'

function address(type: string, object: Record<string, unknown>, isThin = false) {
  return addressOf({ type, object, isThin })
}

describe('the list', () => {
  test('does not compile with a misspelt type', () => {
    const line: DoorbellLine = ['invoice', 'reason']
    // @ts-expect-error the type is invoice.paid
    const wrong = { 'invoice.payed': line } satisfies Partial<Record<keyof typeof DOORBELLS, DoorbellLine>>
    expect(wrong).toBeDefined()
  })

  test('has the three events of the contract', () => {
    expect(Object.keys(DOORBELLS)).toEqual(
      expect.arrayContaining(['checkout.session.completed', 'invoice.paid', 'invoice.payment_failed']),
    )
  })

  test('gives a reason with every line', () => {
    const lines = [...Object.values(DOORBELLS), ...Object.values(THIN_DOORBELLS)]
    expect(lines.filter(([, because]) => because.trim() === '')).toEqual([])
  })
})

describe('where an event belongs', () => {
  test('to the customer that its object names', () => {
    expect(address('invoice.paid', { id: 'in_1', customer: 'cus_1' })).toEqual({
      groupKey: 'cus_1',
      doorbells: [{ resource: 'invoice', id: 'in_1' }],
      ignoredBecause: null,
    })
  })

  test('to the customer, also when it was expanded', () => {
    expect(address('invoice.paid', { id: 'in_1', customer: { id: 'cus_1' } }).groupKey).toBe('cus_1')
  })

  test('to the customer that it is about', () => {
    expect(address('customer.deleted', { id: 'cus_1' }).groupKey).toBe('cus_1')
  })

  test('to its own resource while nobody is named', () => {
    expect(address('checkout.session.completed', { id: 'cs_1', customer: null }).groupKey).toBe(
      'checkout_session:cs_1',
    )
  })

  test('to the catalogue, for products and prices', () => {
    expect(address('price.updated', { id: 'price_1' }).groupKey).toBe('catalogue')
  })

  test('a product with an id of one’s own rings as well', () => {
    expect(address('product.updated', { id: 'e-book.2024' }).doorbells).toEqual([
      { resource: 'product', id: 'e-book.2024' },
    ])
  })

  test('a charge rings for its payment', () => {
    const charge = { id: 'ch_1', payment_intent: 'pi_1', customer: 'cus_1' }
    expect(address('charge.refunded', charge).doorbells).toEqual([{ resource: 'payment', id: 'pi_1' }])
  })

  test('a dispute, which names no customer, waits under its own id', () => {
    const dispute = { id: 'dp_1', charge: 'ch_1', payment_intent: 'pi_1' }
    expect(address('charge.dispute.created', dispute).groupKey).toBe('dispute:dp_1')
  })

  test('an invoice payment, which names no customer, waits under its own id', () => {
    const object = { id: 'inpay_1', invoice: 'in_1' }
    expect(address('invoice_payment.paid', object).groupKey).toBe('invoice_payment:inpay_1')
  })

  test('a thin event is its twin, with nothing but its own id', () => {
    expect(address('v1.charge.refunded', { id: 'ch_1' }, true)).toMatchObject({
      groupKey: 'charge:ch_1',
      doorbells: [{ resource: 'charge', id: 'ch_1' }],
    })
  })

  test('a thin event without a twin is known too', () => {
    expect(address('v1.customer.subscription.past_due', { id: 'sub_1' }, true).ignoredBecause).toBeNull()
  })

  test('nowhere: its type is unknown', () => {
    expect(address('quantum.entangled', { id: 'q_1' }).ignoredBecause).toBe('unknown event type')
  })

  test.each([
    ['without an id', { customer: 'cus_1' }],
    ['with an id that is none', { id: 7 }],
    ['with an id of other characters', { id: "in_1'; drop table" }],
    ['with an empty object', {}],
  ])('nowhere: an object %s', (_, object) => {
    expect(address('invoice.paid', object).ignoredBecause).toBe('the event names nothing that is mirrored')
  })

  test('a charge without a payment is not ours', () => {
    expect(address('charge.succeeded', { id: 'ch_1', payment_intent: null }).ignoredBecause).not.toBeNull()
  })
})
