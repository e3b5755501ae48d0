import { describe, expect, test } from 'vitest'
import { checkCard } from './check-card.ts'
import { testCardByToken, testCards } from './test-cards.ts'

const november2026 = Date.UTC(2026, 10, 15)
const typed = { number: '4242 4242 4242 4242', expMonth: 11, expYear: 26, cvc: '123' }

describe('typed card data', () => {
  test('may have spaces and a year of two digits', () => {
    expect(checkCard(typed, november2026)).toMatchObject({ expYear: 2026, card: { brand: 'visa' } })
  })

  test.each([
    ['a wrong digit', { number: '4242424242424241' }, 'incorrect_number'],
    ['no number', { number: '' }, 'incorrect_number'],
    ['the 13th month', { expMonth: 13 }, 'invalid_expiry_month'],
    ['last month', { expMonth: 10 }, 'invalid_expiry_month'],
    ['last year', { expYear: 25 }, 'invalid_expiry_year'],
    ['a far year', { expYear: 2177 }, 'invalid_expiry_year'],
    ['a short code', { cvc: '12' }, 'invalid_cvc'],
    ['a number that is no test card', { number: '4111111111111111' }, 'card_declined'],
  ])('with %s is refused', (_, change, code) => {
    expect(checkCard({ ...typed, ...change }, november2026)).toMatchObject({ code })
  })

  test('an American Express code has four digits', () => {
    expect(checkCard({ ...typed, number: '378282246310005', cvc: '1234' }, november2026)).toMatchObject({
      card: { brand: 'amex' },
    })
  })
})

describe('the table of test cards', () => {
  test('names no number and no token twice', () => {
    const numbers = testCards.map((card) => card.number)
    const names = testCards.flatMap((card) => card.names)
    expect([new Set(numbers).size, new Set(names).size]).toEqual([numbers.length, names.length])
  })

  test('gives the same card for its payment method and its token', () => {
    expect(testCardByToken('pm_card_visa')).toBe(testCardByToken('tok_visa'))
  })
})
