import { createHash } from 'node:crypto'
import type { Decline } from './declines.ts'

export type BankType = 'us_bank_account' | 'sepa_debit'

/** One of Stripe's test bank accounts, and what a debit of it comes to. */
export interface TestBank {
  type: BankType
  /** Account number, or IBAN. */
  number: string
  /** What follows `pm_` in the id that stands for it; null when there is none. */
  name: string | null
  /** When the bank answers a debit, after it began; null: never. Seconds. */
  answersAfterSeconds: number | null
  /** Why the debit fails; null: it does not. */
  failure: Decline | null
  /** What this account plays at Stripe and this sandbox cannot play yet. */
  notYet: string | null
}

/** At Stripe's test mode debits settle within minutes; here they take the days that they take in life. */
const usual = 3 * 86_400
const delayed = 6 * 86_400

const failure = (code: string, message: string): Decline => ({ code, declineCode: null, message, by: 'bank' })
const failures = {
  closed: failure('account_closed', "The customer's bank account has been closed."),
  noAccount: failure('no_account', "The customer's bank account could not be located."),
  insufficientFunds: failure(
    'insufficient_funds',
    "The customer's account has insufficient funds to cover this payment.",
  ),
  notAuthorized: failure(
    'debit_not_authorized',
    'The customer has notified their bank that this payment was unauthorized.',
  ),
  generic: failure('payment_intent_payment_attempt_failed', 'The payment failed.'),
  exceedsLimit: failure(
    'charge_exceeds_source_limit',
    'This payment exceeds the weekly volume limit of the account.',
  ),
}

function us(number: string, name: string | null, traits: Partial<TestBank> = {}): TestBank {
  return {
    type: 'us_bank_account',
    number,
    name: name && `usBankAccount_${name}`,
    answersAfterSeconds: usual,
    failure: null,
    notYet: null,
    ...traits,
  }
}

function sepa(number: string, name: string, traits: Partial<TestBank> = {}): TestBank {
  return { ...us(number, null, traits), type: 'sepa_debit', name: `sepaDebit_${name}` }
}

/** Every test account that the sandbox knows, one row each. https://docs.stripe.com/testing#non-card-payments */
export const testBanks: readonly TestBank[] = [
  us('000123456789', 'success'),
  us('000111111113', 'accountClosed', { failure: failures.closed }),
  us('000111111116', 'noAccount', { failure: failures.noAccount }),
  us('000222222227', 'insufficientFunds', { failure: failures.insufficientFunds }),
  us('000333333335', 'debitNotAuthorized', { failure: failures.notAuthorized }),
  us('000777777771', 'weeklyLimitExceeded', { failure: failures.exceedsLimit }),
  us('000000000009', 'processing', { answersAfterSeconds: null }),
  us('000555555559', 'dispute', { notYet: 'A disputed bank debit' }),
  us('000000004954', 'riskLevelHighest', { notYet: 'A bank debit that Radar blocks' }),
  us('000444444440', 'invalidCurrency', { notYet: 'A bank account of another currency' }),
  us('000666666661', 'failMicrodeposits', { notYet: 'Microdeposits' }),

  sepa('DE89370400440532013000', 'success_de'),
  sepa('DE08370400440532013003', 'successDelayed_de', { answersAfterSeconds: delayed }),
  sepa('DE62370400440532013001', 'failed_de', { failure: failures.generic }),
  sepa('DE78370400440532013004', 'failedDelayed_de', {
    failure: failures.generic,
    answersAfterSeconds: delayed,
  }),
  sepa('DE65370400440000343434', 'exceedsWeeklyVolumeLimit_de', { failure: failures.exceedsLimit }),
  sepa('DE65370400440002222227', 'insufficientFunds_de', { failure: failures.insufficientFunds }),
  sepa('DE35370400440532013002', 'disputed_de', { notYet: 'A disputed bank debit' }),
  sepa('AT611904300234573201', 'success_at'),
  sepa('AT321904300235473204', 'successDelayed_at', { answersAfterSeconds: delayed }),
  sepa('AT861904300235473202', 'failed_at', { failure: failures.generic }),
  sepa('AT051904300235473205', 'failedDelayed_at', {
    failure: failures.generic,
    answersAfterSeconds: delayed,
  }),
  sepa('FR1420041010050500013M02606', 'success_fr'),
  sepa('FR8420041010050500013M02607', 'failed_fr', { failure: failures.generic }),
  sepa('IE29AIBK93115212345678', 'success_ie'),
  sepa('IE02AIBK93115212345679', 'failed_ie', { failure: failures.generic }),
]

/** The only currency in which an account can be debited. */
export const currencyOfBank: Readonly<Record<BankType, string>> = {
  us_bank_account: 'usd',
  sepa_debit: 'eur',
}

export function isBankType(type: string): type is BankType {
  return type === 'us_bank_account' || type === 'sepa_debit'
}

const byNumber = new Map(testBanks.map((bank) => [bank.number, bank]))
const byName = new Map(testBanks.flatMap((bank) => (bank.name === null ? [] : [[`pm_${bank.name}`, bank]])))
const byFingerprint = new Map(testBanks.map((bank) => [bankFingerprint(bank.number), bank]))

/** The account with this number or IBAN, spaces left out. */
export function testBankByNumber(number: string): TestBank | undefined {
  return byNumber.get(number.replaceAll(/[\s-]/g, '').toUpperCase())
}

/** The account behind a ready-made id: `pm_usBankAccount_success`. */
export function testBankByToken(id: string): TestBank | undefined {
  return byName.get(id)
}

/** The account behind a saved payment method. */
export function testBankByFingerprint(fingerprint: string): TestBank | undefined {
  return byFingerprint.get(fingerprint)
}

/** The same for every payment method with this account. */
export function bankFingerprint(number: string): string {
  return createHash('sha256').update(`bank ${number}`).digest('hex').slice(0, 16)
}
