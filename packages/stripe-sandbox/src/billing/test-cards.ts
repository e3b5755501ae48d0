import { createHash } from 'node:crypto'
import { type Decline, declines } from './declines.ts'

export type CardBrand = 'visa' | 'mastercard' | 'amex' | 'discover' | 'diners' | 'jcb' | 'unionpay'

export type AfterCharge =
  | 'nothing'
  | 'disputed_as_fraudulent'
  | 'disputed_as_not_received'
  | 'disputed_twice'
  | 'inquired'
  | 'suspected'

export interface TestCard {
  number: string
  /** What follows `pm_card_` and `tok_` in the ids that stand for this card. */
  names: readonly string[]
  brand: CardBrand
  funding: 'credit' | 'debit' | 'prepaid'
  country: string
  /** When its holder must pass a challenge. A card that passed one while being saved counts as set up. */
  authentication: 'never' | 'on_session' | 'unless_set_up' | 'always'
  /** What the bank says to every charge, after any challenge; null: yes. */
  decline: Decline | null
  /** False for cards that fail already when they are saved: all declining ones but 0341. */
  canBeSaved: boolean
  /** What its holder or bank does once a charge was captured. */
  afterCharge: AfterCharge
  /** What this number plays at Stripe and this sandbox cannot play yet. Such a card is refused, never treated as a good one. */
  notYet: string | null
}

// https://docs.stripe.com/testing; 3220 is the number of "3D Secure 2 required".
const visa = { brand: 'visa', funding: 'credit', country: 'US' } as const
const authenticating = { ...visa, country: 'IE' } as const
const good = {
  authentication: 'never',
  decline: null,
  canBeSaved: true,
  afterCharge: 'nothing',
  notYet: null,
} as const
const declining = (decline: Decline) => ({ ...good, decline, canBeSaved: false })

export const testCards: readonly TestCard[] = [
  { ...visa, ...good, number: '4242424242424242', names: ['visa', 'us'] },
  { ...visa, ...good, number: '4000056655665556', names: ['visa_debit'], funding: 'debit' },
  { ...visa, ...good, number: '5555555555554444', names: ['mastercard'], brand: 'mastercard' },
  {
    ...visa,
    ...good,
    number: '5200828282828210',
    names: ['mastercard_debit'],
    brand: 'mastercard',
    funding: 'debit',
  },
  {
    ...visa,
    ...good,
    number: '5105105105105100',
    names: ['mastercard_prepaid'],
    brand: 'mastercard',
    funding: 'prepaid',
  },
  { ...visa, ...good, number: '378282246310005', names: ['amex'], brand: 'amex' },
  { ...visa, ...good, number: '6011111111111117', names: ['discover'], brand: 'discover' },
  { ...visa, ...good, number: '3056930009020004', names: ['diners'], brand: 'diners' },
  { ...visa, ...good, number: '3566002020360505', names: ['jcb'], brand: 'jcb', country: 'JP' },
  { ...visa, ...good, number: '6200000000000005', names: ['unionpay'], brand: 'unionpay', country: 'CN' },
  { ...visa, ...good, number: '4000000000000077', names: ['bypassPending'] },
  {
    ...visa,
    ...declining(declines.generic),
    number: '4000000000000002',
    names: ['chargeDeclined', 'visa_chargeDeclined'],
  },
  {
    ...visa,
    ...declining(declines.insufficientFunds),
    number: '4000000000009995',
    names: ['chargeDeclinedInsufficientFunds', 'visa_chargeDeclinedInsufficientFunds'],
  },
  {
    ...visa,
    ...declining(declines.lostCard),
    number: '4000000000009987',
    names: ['chargeDeclinedLostCard', 'visa_chargeDeclinedLostCard'],
  },
  {
    ...visa,
    ...declining(declines.stolenCard),
    number: '4000000000009979',
    names: ['chargeDeclinedStolenCard', 'visa_chargeDeclinedStolenCard'],
  },
  {
    ...visa,
    ...declining(declines.expiredCard),
    number: '4000000000000069',
    names: ['chargeDeclinedExpiredCard'],
  },
  {
    ...visa,
    ...declining(declines.incorrectCvc),
    number: '4000000000000127',
    names: ['chargeDeclinedIncorrectCvc'],
  },
  {
    ...visa,
    ...declining(declines.processingError),
    number: '4000000000000119',
    names: ['chargeDeclinedProcessingError'],
  },
  {
    ...visa,
    ...declining(declines.velocityExceeded),
    number: '4000000000006975',
    names: ['chargeDeclinedVelocityLimitExceeded', 'visa_chargeDeclinedVelocityLimitExceeded'],
  },
  { ...visa, ...declining(declines.fraudulent), number: '4100000000000019', names: ['radarBlock'] },
  {
    ...visa,
    ...good,
    number: '4000000000000341',
    names: ['chargeCustomerFail'],
    decline: declines.generic,
  },
  {
    ...authenticating,
    ...good,
    number: '4000000000003220',
    names: ['threeDSecure2Required'],
    authentication: 'unless_set_up',
  },
  {
    ...authenticating,
    ...good,
    number: '4000002500003155',
    names: ['authenticationRequiredOnSetup'],
    authentication: 'unless_set_up',
  },
  {
    ...authenticating,
    ...good,
    number: '4000002760003184',
    names: ['authenticationRequired'],
    authentication: 'always',
  },
  {
    ...authenticating,
    ...good,
    number: '4000003800000446',
    names: ['authenticationRequiredSetupForOffSession'],
    authentication: 'on_session',
  },
  {
    ...authenticating,
    ...good,
    number: '4000008260003178',
    names: ['authenticationRequiredChargeDeclinedInsufficientFunds'],
    authentication: 'always',
    decline: declines.insufficientFunds,
  },
  {
    ...visa,
    ...good,
    number: '4000000000000259',
    names: ['createDispute', 'visa_createDispute'],
    afterCharge: 'disputed_as_fraudulent',
  },
  {
    ...visa,
    ...good,
    number: '4000000000002685',
    names: ['createDisputeProductNotReceived', 'visa_createDisputeProductNotReceived'],
    afterCharge: 'disputed_as_not_received',
  },
  {
    ...visa,
    ...good,
    number: '4000000000001976',
    names: ['createDisputeInquiry', 'visa_createDisputeInquiry'],
    afterCharge: 'inquired',
  },
  {
    ...visa,
    ...good,
    number: '4000000404000079',
    names: ['createMultipleDisputes'],
    afterCharge: 'disputed_twice',
  },
  {
    ...visa,
    ...good,
    number: '4000000000005423',
    names: ['createIssuerFraudRecord'],
    afterCharge: 'suspected',
  },
  { ...visa, ...good, number: '4000000000007726', names: ['pendingRefund'], notYet: 'A pending refund' },
  { ...visa, ...good, number: '4000000000005126', names: ['refundFail'], notYet: 'A failing refund' },
]

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
