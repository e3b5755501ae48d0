import type Stripe from 'stripe'
import { expect, test } from 'vitest'
import { wireDecimal } from '../wire/decimal.ts'
import { priceText } from './price-text.ts'

// A boundary: only these fields of a price are read.
const price = (fields: Partial<Stripe.Price>) =>
  ({ recurring: null, transform_quantity: null, ...fields }) as Stripe.Price
const every = (interval: 'month' | 'year', count = 1) =>
  ({ interval, interval_count: count }) as Stripe.Price.Recurring

test.each([
  [
    '$29.00 per month',
    { unit_amount_decimal: wireDecimal(2900), currency: 'usd', recurring: every('month') },
  ],
  [
    '$290.00 per year',
    { unit_amount_decimal: wireDecimal(29000), currency: 'usd', recurring: every('year') },
  ],
  [
    '¥500 every 3 months',
    { unit_amount_decimal: wireDecimal(500), currency: 'jpy', recurring: every('month', 3) },
  ],
  ['KWD\u00a01.500', { unit_amount_decimal: wireDecimal(1500), currency: 'kwd' }],
])('a price reads %s', (text, fields) => {
  expect(priceText(price(fields))).toBe(text)
})
