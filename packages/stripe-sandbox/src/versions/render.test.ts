import Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { misfits } from '../../tests/support/fits-version.ts'
import { createIds } from '../ids.ts'
import { buildInvoiceLineItem } from '../objects/invoice-line-item.ts'
import { buildPrice } from '../objects/price.ts'
import { wireDecimal } from '../wire/decimal.ts'
import { render } from './render.ts'
import { renderEvent } from './render-event.ts'
import type { Past } from './step.ts'

const acacia = '2025-02-24.acacia'
const basil = '2025-08-27.basil'
const clover = '2026-02-25.clover'

const price = buildPrice(createIds(), {
  id: 'price_1',
  product: 'prod_1',
  currency: 'usd',
  unitAmountDecimal: '1000',
  created: 1,
  recurring: { interval: 'month' },
})
const coupon: Stripe.Coupon = {
  id: 'SAVE',
  object: 'coupon',
  amount_off: null,
  created: 1,
  currency: null,
  duration: 'once',
  duration_in_months: null,
  livemode: false,
  max_redemptions: null,
  metadata: {},
  name: null,
  percent_off: 10,
  redeem_by: null,
  times_redeemed: 0,
  valid: true,
}
const taxRate: Stripe.TaxRate = {
  id: 'txr_1',
  object: 'tax_rate',
  active: true,
  country: null,
  created: 1,
  description: null,
  display_name: 'VAT',
  effective_percentage: null,
  flat_amount: null,
  inclusive: true,
  jurisdiction: null,
  jurisdiction_level: null,
  livemode: false,
  metadata: {},
  percentage: 10,
  rate_type: 'percentage',
  state: null,
  tax_type: null,
}
const past: Past = {
  object: (type, id) =>
    [coupon, price, taxRate].find((each) => each.object === type && each.id === id) ?? null,
  paymentOf: () => ({ paymentIntent: 'pi_1', charge: 'ch_1' }),
  invoiceOf: () => 'in_1',
}

describe('a discount', () => {
  const discount: Stripe.Discount = {
    id: 'di_1',
    object: 'discount',
    checkout_session: null,
    customer: 'cus_1',
    customer_account: null,
    end: null,
    invoice: null,
    invoice_item: null,
    promotion_code: null,
    source: { coupon: 'SAVE', type: 'coupon' },
    start: 1,
    subscription: null,
    subscription_item: null,
  }

  test('names its source since clover', () => {
    expect(render(discount, clover, past)).toEqual(discount)
  })

  test('had its coupon itself before', () => {
    const rendered = render(discount, basil, past)
    expect(rendered).toMatchObject({ coupon })
    expect(misfits(rendered, basil)).toEqual([])
  })

  test('was the only one of a subscription at acacia', () => {
    const subscription = { object: 'subscription', discounts: [discount], items: { data: [] }, start_date: 1 }
    expect(render(subscription, acacia, past)).toMatchObject({ discount: { id: 'di_1', coupon } })
  })
})

test('a promotion code had its coupon itself before clover', () => {
  const code = {
    id: 'promo_1',
    object: 'promotion_code',
    active: true,
    code: 'FRIEND',
    created: 1,
    customer: null,
    customer_account: null,
    expires_at: null,
    livemode: false,
    max_redemptions: null,
    metadata: {},
    promotion: { coupon: 'SAVE', type: 'coupon' },
    restrictions: { first_time_transaction: false, minimum_amount: null, minimum_amount_currency: null },
    times_redeemed: 0,
  }
  expect(render(code, clover, past)).toMatchObject({ promotion: { coupon: 'SAVE' } })
  const rendered = render(code, basil, past)
  expect(rendered).toMatchObject({ coupon })
  expect(misfits(rendered, basil)).toEqual([])
})

test.each([
  ['hosted_page', 'hosted', 'hosted'],
  ['embedded_page', 'embedded', 'embedded'],
  ['elements', 'custom', null],
])('Checkout as %s was %s before dahlia, and %s at acacia', (now, beforeDahlia, atAcacia) => {
  const session = { object: 'checkout.session', ui_mode: now }
  expect(render(session, clover, past)).toMatchObject({ ui_mode: beforeDahlia })
  expect(render(session, acacia, past)).toMatchObject({ ui_mode: atAcacia })
})

describe('a line at acacia', () => {
  const line = buildInvoiceLineItem(createIds(), {
    invoice: 'in_1',
    description: 'Team',
    price,
    quantity: 3,
    amountMinor: 3000,
    period: { start: 1, end: 2 },
    currency: 'usd',
    subscription: 'sub_1',
    source: { kind: 'subscription_item', item: 'si_1', invoiceItem: null, isProration: false },
    isDiscountable: true,
    discounts: [],
    taxRates: [],
    metadata: {},
  })

  test('counts what its inclusive taxes leave', () => {
    const tax = {
      amount: 300,
      tax_behavior: 'inclusive',
      tax_rate_details: { tax_rate: 'txr_1' },
      taxability_reason: 'not_available',
      taxable_amount: 2700,
      type: 'tax_rate_details',
    } as const
    const rendered = render({ ...line, taxes: [tax, { ...tax, tax_behavior: 'exclusive' }] }, acacia, past)
    expect(rendered).toMatchObject({
      tax_rates: [taxRate, taxRate],
      amount_excluding_tax: 2700,
      unit_amount_excluding_tax: '900',
      tax_amounts: [
        { amount: 300, inclusive: true, tax_rate: 'txr_1', taxability_reason: null, taxable_amount: 2700 },
        { inclusive: false },
      ],
    })
    expect(misfits(rendered, acacia)).toEqual([])
  })

  test('is an invoice item when it prorates', () => {
    const { parent } = line
    const details = { ...parent?.subscription_item_details, proration: true, invoice_item: 'ii_1' }
    const prorated = { ...line, parent: { ...parent, subscription_item_details: details } }
    expect(render(prorated, acacia, past)).toMatchObject({
      type: 'invoiceitem',
      invoice_item: 'ii_1',
      subscription_item: 'si_1',
      proration: true,
    })
  })

  test('has no plan when it is paid once', () => {
    const once = { ...past, object: () => ({ ...price, type: 'one_time', recurring: null }) }
    expect(render(line, acacia, once)).toMatchObject({ price: { recurring: null }, plan: null })
  })
})

test('an invoice item had its price and subscription on itself', () => {
  const item = {
    id: 'ii_1',
    object: 'invoiceitem',
    amount: 1000,
    currency: 'usd',
    customer: 'cus_1',
    customer_account: null,
    date: 1,
    description: null,
    discountable: true,
    discounts: [],
    invoice: null,
    livemode: false,
    metadata: {},
    parent: {
      subscription_details: { subscription: 'sub_1', subscription_item: 'si_1' },
      type: 'subscription_details',
    },
    period: { start: 1, end: 2 },
    pricing: {
      price_details: { price: 'price_1', product: 'prod_1' },
      type: 'price_details',
      unit_amount_decimal: wireDecimal(1000),
    },
    proration: true,
    quantity: 1,
    quantity_decimal: wireDecimal(1),
    tax_rates: [],
    test_clock: null,
  }
  const rendered = render(item, acacia, past)
  expect(rendered).toMatchObject({
    price: { id: 'price_1' },
    plan: { id: 'price_1' },
    subscription: 'sub_1',
    subscription_item: 'si_1',
    unit_amount: 1000,
    unit_amount_decimal: '1000',
  })
  expect(misfits(rendered, acacia)).toEqual([])
})

test('an invoice at acacia sums its taxes', () => {
  const tax = {
    amount: 190,
    tax_behavior: 'exclusive',
    tax_rate_details: { tax_rate: 'txr_1' },
    taxable_amount: 1000,
  }
  const invoice = { id: 'in_1', object: 'invoice', status: 'open', discounts: [], total_taxes: [tax, tax] }
  expect(render(invoice, acacia, past)).toMatchObject({ tax: 380, paid: false, payment_intent: 'pi_1' })
})

test('a renewal is told at acacia as a change of the subscription’s own period', () => {
  const item = (periodEnd: number) => ({
    id: 'si_1',
    current_period_start: periodEnd - 10,
    current_period_end: periodEnd,
  })
  const event = {
    object: 'event',
    data: {
      object: {
        object: 'subscription',
        discounts: [],
        items: { object: 'list', data: [item(20)] },
        latest_invoice: 'in_2',
      },
      previous_attributes: { items: { data: [item(10)] }, latest_invoice: 'in_1' },
    },
  }
  // What renderEvent reads of an event is there; the rest does not matter to it.
  const { data } = renderEvent(event as unknown as Stripe.Event, acacia, past)
  expect(data.previous_attributes).toMatchObject({
    current_period_start: 0,
    current_period_end: 10,
    latest_invoice: 'in_1',
  })
})

test('today’s version is nothing but the object itself', () => {
  expect(render(price, Stripe.API_VERSION, past)).toBe(price)
})

test('nothing is changed in place', () => {
  const session = Object.freeze({ object: 'checkout.session', ui_mode: 'hosted_page', wallet_options: null })
  expect(render(session, acacia, past)).not.toHaveProperty('wallet_options')
  expect(session).toHaveProperty('wallet_options')
})
