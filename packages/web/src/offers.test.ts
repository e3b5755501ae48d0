import { expect, test } from 'vitest'
import type { Plan, Product } from './api/endpoints.ts'
import { offersOf } from './offers.ts'

function plan(id: number, priceId: string, price: number, interval: string, count?: number): Plan {
  const billed = { price, interval, interval_count: count ?? null }
  return { id, name: `Plan ${id}`, stripe_price_id: priceId, ...billed, features: [], is_active: true }
}

function product(...prices: [id: string, amount: number, interval: string, count?: number][]): Product {
  return {
    id: 'prod_1',
    name: 'Pro',
    description: null,
    prices: prices.map(([id, unit_amount, interval, count]) => ({
      id,
      unit_amount,
      currency: 'eur',
      recurring: { interval, interval_count: count ?? null },
    })),
  }
}

test('a plan gets its currency from the product that has its price', () => {
  const [offer] = offersOf([plan(1, 'price_m', 2900, 'month')], [product(['price_m', 2900, 'month'])])
  expect(offer?.currency).toBe('eur')
})

test('a plan whose product is not on offer is left out', () => {
  expect(offersOf([plan(1, 'price_gone', 2900, 'month')], [product(['price_m', 2900, 'month'])])).toEqual([])
})

test('a plan that is not active is left out', () => {
  const inactive = { ...plan(1, 'price_m', 2900, 'month'), is_active: false }
  expect(offersOf([inactive], [product(['price_m', 2900, 'month'])])).toEqual([])
})

test('plans of longer periods come later, and cheaper ones first', () => {
  const plans = [
    plan(1, 'y', 100, 'year'),
    plan(2, 'q', 200, 'month', 3),
    plan(3, 'm2', 2900, 'month'),
    plan(4, 'm1', 900, 'month'),
  ]
  const prices = product(
    ['y', 100, 'year'],
    ['q', 200, 'month', 3],
    ['m1', 900, 'month'],
    ['m2', 2900, 'month'],
  )
  expect(offersOf(plans, [prices]).map(({ planId }) => planId)).toEqual([4, 3, 2, 1])
})

test('a yearly plan says what it comes to in a month and saves against the monthly one, rounded in the shop’s disfavour', () => {
  const offers = offersOf(
    [plan(1, 'y', 29_000, 'year')],
    [product(['m', 2900, 'month'], ['y', 29_000, 'year'])],
  )
  expect(offers[0]?.perMonth).toEqual({ monthlyAmountMinor: 2417, savingPercent: 16 })
})

test('a yearly plan that saves nothing claims nothing', () => {
  const offers = offersOf(
    [plan(1, 'y', 40_000, 'year')],
    [product(['m', 2900, 'month'], ['y', 40_000, 'year'])],
  )
  expect(offers[0]?.perMonth?.savingPercent).toBeNull()
})

test('a plan for three months is held against three months, one for two years against twenty-four', () => {
  const plans = [plan(1, 'q', 7500, 'month', 3), plan(2, '2y', 48_000, 'year', 2)]
  const prices = product(['m', 2900, 'month'], ['q', 7500, 'month', 3], ['2y', 48_000, 'year', 2])
  expect(offersOf(plans, [prices]).map(({ perMonth }) => perMonth)).toEqual([
    { monthlyAmountMinor: 2500, savingPercent: 13 },
    { monthlyAmountMinor: 2000, savingPercent: 31 },
  ])
})

test('a price for three months is never taken for the one by the month', () => {
  const prices = product(['q', 7500, 'month', 3], ['y', 29_000, 'year'])
  const [offer] = offersOf([plan(1, 'y', 29_000, 'year')], [prices])
  expect(offer?.perMonth).toEqual({ monthlyAmountMinor: 2417, savingPercent: null })
})

test('a plan by the week says nothing of months', () => {
  const [offer] = offersOf([plan(1, 'w', 500, 'week', 2)], [product(['w', 500, 'week', 2])])
  expect(offer?.perMonth).toBeNull()
})
