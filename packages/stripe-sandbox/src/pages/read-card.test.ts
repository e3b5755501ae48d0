import { describe, expect, test } from 'vitest'
import { readCard } from './read-card.ts'

/** 15 November 2026, 12:00 UTC. */
const now = Date.UTC(2026, 10, 15, 12) / 1000
const form = (fields: Record<string, string>) => new URLSearchParams(fields)
const good = { number: '4242 4242 4242 4242', expiry: '12 / 30', cvc: '123', name: ' Ada ' }

describe('a card form', () => {
  test('is read into digits, month and year', () => {
    expect(readCard(form(good), now)).toEqual({
      read: { card: { number: '4242424242424242', expMonth: 12, expYear: 2030, cvc: '123' }, name: 'Ada' },
    })
  })

  test.each(['12/30', '12 / 30', '1230', '12/2030'])('takes the expiry %s', (expiry) => {
    expect(readCard(form({ ...good, expiry }), now)).toMatchObject({
      read: { card: { expMonth: 12, expYear: 2030 } },
    })
  })

  test('takes a card that expires at the end of this month', () => {
    expect(readCard(form({ ...good, expiry: '11/26' }), now)).toHaveProperty('read')
  })

  test.each([
    ['number', '4242 4242', 'Your card number is incomplete.'],
    ['number', '4242 4242 4242 4241', 'Your card number is invalid.'],
    ['number', 'my card', 'Your card number is invalid.'],
    ['number', '4'.repeat(30), 'Your card number is invalid.'],
    ['expiry', '', "Your card's expiration date is incomplete."],
    ['expiry', '10/26', "Your card's expiration date is in the past."],
    ['expiry', '13/30', "Your card's expiration date is invalid."],
    ['cvc', '12', "Your card's security code is incomplete."],
    ['name', '  ', 'The name on the card is missing.'],
  ])('says about %s "%s": %s', (field, value, message) => {
    expect(readCard(form({ ...good, [field]: value }), now)).toEqual({ errors: { [field]: message } })
  })

  test('asks four digits of an American Express security code', () => {
    const amex = { ...good, number: '378282246310005' }
    expect(readCard(form(amex), now)).toEqual({ errors: { cvc: "Your card's security code is incomplete." } })
  })

  test('says everything that is wrong at once', () => {
    expect(readCard(form({}), now)).toMatchObject({
      errors: {
        number: expect.any(String),
        expiry: expect.any(String),
        cvc: expect.any(String),
        name: expect.any(String),
      },
    })
  })
})
