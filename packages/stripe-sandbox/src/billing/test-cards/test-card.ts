import type { Decline } from '../declines.ts'

export type CardBrand = 'visa' | 'mastercard' | 'amex' | 'discover' | 'diners' | 'jcb' | 'unionpay'

export type AfterCharge =
  | 'nothing'
  | 'disputed_as_fraudulent'
  | 'disputed_as_not_received'
  | 'disputed_twice'
  | 'inquired'
  | 'suspected'

export type CheckResult = 'pass' | 'fail' | 'unavailable'

/** One of Stripe's test cards, and what it plays. */
export interface TestCard {
  number: string
  /** What follows `pm_card_` and `tok_` in the ids that stand for this card. */
  names: readonly string[]
  brand: CardBrand
  /** The other network of a co-branded card. */
  coBrand: 'cartes_bancaires' | 'eftpos_au' | null
  funding: 'credit' | 'debit' | 'prepaid'
  country: string
  /**
   * When its holder must pass a challenge. A card that passed one while being saved counts as set up. `frictionless`: the bank
   * knows its holder without asking.
   */
  authentication: 'never' | 'frictionless' | 'on_session' | 'unless_set_up' | 'always'
  /** What the bank, or Radar, says to every charge, after any challenge; null: yes. */
  decline: Decline | null
  /** False for cards that fail already when they are saved: all that plainly decline. */
  canBeSaved: boolean
  risk: 'normal' | 'elevated'
  /** What the bank says of what was typed beside the number. */
  checks: { cvc: CheckResult; line1: CheckResult; postalCode: CheckResult }
  /** What its refunds do; the bank takes its time for all but the first. */
  refunds: 'succeed' | 'succeed_later' | 'fail_later'
  /** True when the money of a charge can be used at once. */
  bypassesPending: boolean
  /** What its holder or bank does once a charge was captured. */
  afterCharge: AfterCharge
  /** What this number plays at Stripe and this sandbox cannot play yet. Such a card is refused, never treated as a good one. */
  notYet: string | null
}

/** One row of the table: a good Visa card of the United States, but for its traits. @param names separated by spaces. */
export function row(
  number: string,
  names: string,
  traits: Partial<Omit<TestCard, 'number' | 'names'>> = {},
): TestCard {
  return {
    brand: 'visa',
    coBrand: null,
    funding: 'credit',
    country: 'US',
    authentication: 'never',
    decline: null,
    canBeSaved: true,
    risk: 'normal',
    checks: passing,
    refunds: 'succeed',
    bypassesPending: false,
    afterCharge: 'nothing',
    notYet: null,
    ...traits,
    number,
    names: names.split(' ').filter((name) => name !== ''),
  }
}

export const passing: TestCard['checks'] = { cvc: 'pass', line1: 'pass', postalCode: 'pass' }
