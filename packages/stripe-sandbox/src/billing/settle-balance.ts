import type Stripe from 'stripe'
import { leastChargeMinor } from './currency.ts'

/**
 * What a customer's balance leaves due of a total, and what becomes of the balance. A negative balance is credit and pays
 * first; a positive one is owed and is added. A negative total becomes credit. What is less than Stripe charges in this
 * currency is not charged now, but owed.
 */
export function settleBalance(
  totalMinor: number,
  balanceMinor: number,
  currency: string,
): { dueMinor: number; endingBalanceMinor: number } {
  const sumMinor = totalMinor + balanceMinor
  const isTooLittle = sumMinor > 0 && sumMinor < leastChargeMinor(currency)
  return sumMinor <= 0 || isTooLittle
    ? { dueMinor: 0, endingBalanceMinor: sumMinor }
    : { dueMinor: sumMinor, endingBalanceMinor: 0 }
}

/** A customer's balance is in one currency: that of the first thing that was billed or credited. */
export function isInOwnCurrency({ currency: own }: Stripe.Customer, currency: string): boolean {
  return own === null || own === undefined || own === currency
}
