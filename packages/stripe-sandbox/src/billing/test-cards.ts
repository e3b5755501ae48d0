import { createHash } from 'node:crypto'
import { behavingCards } from './test-cards/behaving.ts'
import { cardsByBrand } from './test-cards/by-brand.ts'
import { cardsByCountry } from './test-cards/by-country.ts'
import type { TestCard } from './test-cards/test-card.ts'

export type { TestCard } from './test-cards/test-card.ts'

/** Every test card, one row each. */
export const testCards: readonly TestCard[] = [...cardsByBrand, ...behavingCards, ...cardsByCountry]

const byNumber = new Map(testCards.map((card) => [card.number, card]))
const byName = new Map(testCards.flatMap((card) => card.names.map((name) => [name, card] as const)))
const byFingerprint = new Map(testCards.map((card) => [cardFingerprint(card.number), card]))

/** The test card with this number (digits only). */
export function testCardByNumber(number: string): TestCard | undefined {
  return byNumber.get(number)
}

/** The card behind a ready-made id: `pm_card_visa`, `tok_visa`. */
export function testCardByToken(id: string): TestCard | undefined {
  return byName.get(id.replace(/^(pm_card|tok)_/, ''))
}

/** The card behind a saved payment method: Stripe's objects keep the fingerprint, never the number. */
export function testCardByFingerprint(fingerprint: string): TestCard | undefined {
  return byFingerprint.get(fingerprint)
}

/** The same for every card with this number, as Stripe's is. */
export function cardFingerprint(number: string): string {
  return createHash('sha256')
    .update(number)
    .digest('base64')
    .replaceAll(/[^0-9A-Za-z]/g, '')
    .slice(0, 16)
}
