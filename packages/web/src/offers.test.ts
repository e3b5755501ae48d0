import { expect, test } from 'vitest'
import type { Plan, Product } from './api/endpoints.ts'
import { offersOf } from './offers.ts'

function plan(id: number, priceId: string, price: number, interval: string): Plan {
  return { id, name: `Plan ${id}`, stripe_price_id: priceId, price, interval, features: [], is_active: true }
}

function product(...prices: [id: string, amount: number, interval: string][]): Product {
  return {
    id: 'prod_1',
    name: 'Pro',
    description: null,
    prices: prices.map(([id, unit_amount, interval]) => ({
      id,
      unit_amount,
      currency: 'eur',
      recurring: { interval },
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

test('yearly plans come after monthly ones, and cheaper ones first', () => {
  const plans = [plan(1, 'y', 100, 'year'), plan(2, 'm2', 2900, 'month'), plan(3, 'm1', 900, 'month')]
  const offers = offersOf(plans, [product(['y', 100, 'year'], ['m1', 900, 'month'], ['m2', 2900, 'month'])])
  expect(offers.map(({ planId }) => planId)).toEqual([3, 2, 1])
})

test('a yearly plan says what it comes to in a month and saves against the monthly one, rounded in the shop’s disfavour', () => {
  const offers = offersOf(
    [plan(1, 'y', 29_000, 'year')],
    [product(['m', 2900, 'month'], ['y', 29_000, 'year'])],
  )
  expect(offers[0]?.perYear).toEqual({ monthlyAmountMinor: 2417, savingPercent: 16 })
})

test('a yearly plan that saves nothing claims nothing', () => {
  const offers = offersOf(
    [plan(1, 'y', 40_000, 'year')],
    [product(['m', 2900, 'month'], ['y', 40_000, 'year'])],
  )
  expect(offers[0]?.perYear?.savingPercent).toBeNull()
})
