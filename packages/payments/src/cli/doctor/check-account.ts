import type { Database } from '../../db/connect.ts'
import { WrongAccountError } from '../../stripe/account-check.ts'
import type { StripeClient } from '../../stripe/client.ts'
import { judgeAccount } from '../../sync/known-account.ts'
import type { Finding } from './finding.ts'

/** Whether the key is of the Stripe account whose data the database holds. */
export async function checkAccount(stripe: StripeClient, db: Database): Promise<Finding[]> {
  try {
    const { own, isVouchedFor } = await judgeAccount(db, stripe)
    return [{ level: 'ok', area: 'stripe', message: sentence(own, isVouchedFor) }]
  } catch (error) {
    if (!(error instanceof WrongAccountError)) throw error
    const { message } = error
    return [{ level: 'problem', area: 'stripe', message, remedy: '`serve` does not start like this.' }]
  }
}

function sentence(own: string | null, isVouchedFor: boolean): string {
  if (own !== null) return `the key is of the account ${own}${isVouchedFor ? ', as the database is' : ''}`
  return isVouchedFor
    ? 'the key may not say of which account it is; it knows customers of the database'
    : 'the key may not say of which account it is, and the database has no customers yet to tell it by'
}
