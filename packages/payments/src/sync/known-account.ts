import type { Database } from '../db/connect.ts'
import { listLinkedCustomerIds } from '../db/queries/customers.ts'
import { claimAccount, readInstallation } from '../db/queries/installation.ts'
import type { Clock } from '../domain/clock.ts'
import type { Logger } from '../observability/log.ts'
import { type AccountCheck, WrongAccountError } from '../stripe/account-check.ts'
import type { StripeClient } from '../stripe/client.ts'
import { isAbsent, isRefusal } from '../stripe/errors.ts'

/*
 * With the key of another account everything is absent, and what is absent is given up in many places: events are ignored, drafts are
 * forgotten, reservations end. So the database remembers its account, and no call of a process goes out before the key's account is known
 * to be that one (stripe/guarded-http-client.ts). A key stays for the life of a process: one question is enough.
 *
 * A restricted key as a rule may not say of which account it is. Then the customers of the mirror tell: in the right account they are
 * there, deleted ones too. The same before an account is written down beside customers that are older than that.
 */

/** One of them is enough; of test data, any may have been thrown away. */
const CUSTOMERS_TO_ASK_FOR = 3
/** How long the answer that it is another account's key is taken for true. */
const WRONG_FOR_MS = 60_000
/** How long a start waits for Stripe. Without its answer it goes on, and the calls wait instead. */
const START_WAITS_MS = 5_000

interface AccountContext {
  db: Database
  clock: Clock
  log: Logger
}

/** @param stripe a client that does not ask this check in turn */
export function createKnownAccount(context: AccountContext, stripe: StripeClient): AccountCheck {
  const { db, clock, log } = context
  let isRight = false
  /** The key may not say of which account it is, and need not be asked again. */
  let isMute = false
  let asking: Promise<void> | null = null
  let wrong: { error: WrongAccountError; untilMs: number } | null = null

  async function ask(): Promise<void> {
    if (wrong !== null && clock.elapsedMs() < wrong.untilMs) throw wrong.error
    try {
      const { own, isVouchedFor } = await judgeAccount(db, stripe, isMute)
      if (own !== null) refuseOther(await claimAccount(db.query, own), own)
      wrong = null
      isMute = own === null
      // Without customers there is nothing to tell it by, and nothing to lose: asked again until there are.
      isRight = own !== null || isVouchedFor
    } catch (error) {
      if (error instanceof WrongAccountError) {
        wrong = { error, untilMs: clock.elapsedMs() + WRONG_FOR_MS }
        log.error({ err: error }, 'Stripe is not asked: the key is of another account')
      }
      throw error
    }
  }

  return {
    ensure() {
      if (isRight) return null
      asking ??= ask().finally(() => {
        asking = null
      })
      return asking
    },
    isWrong: () => wrong !== null,
  }
}

export interface AccountVerdict {
  /** The key's account; null when the key may not say. */
  own: string | null
  /** Whether something of the database was found there: its id, or a customer. */
  isVouchedFor: boolean
}

/** Compares, and writes nothing. @throws WrongAccountError, and what Stripe or the database threw */
export async function judgeAccount(
  db: Database,
  stripe: StripeClient,
  isMute = false,
): Promise<AccountVerdict> {
  const { account } = await readInstallation(db.query)
  const own = isMute ? null : await readOwnAccount(stripe)
  if (account !== null && own !== null) {
    refuseOther(account, own)
    return { own, isVouchedFor: true }
  }
  const ids = await listLinkedCustomerIds(db.query, CUSTOMERS_TO_ASK_FOR)
  for (const id of ids) if (await isKnown(stripe, id)) return { own, isVouchedFor: true }
  if (ids.length > 0) {
    throw new WrongAccountError(
      `Stripe knows none of this database's customers under this key${own === null ? '' : ` of ${own}`}: it is of another account. ` +
        `Use a key of ${account ?? 'the account that they are in'} (STRIPE_SECRET_KEY), or another database (DATABASE_URL).`,
    )
  }
  return { own, isVouchedFor: false }
}

/** At a start: waits until it is known, or for so long. @throws WrongAccountError */
export async function refuseWrongAccount({ clock, log }: AccountContext, check: AccountCheck): Promise<void> {
  const patience = new AbortController()
  const told = Promise.resolve(check.ensure()).catch((error: unknown) => {
    if (error instanceof WrongAccountError) throw error
    log.warn({ err: error }, 'whose account the key is of cannot be told yet: Stripe is not asked before')
  })
  try {
    await Promise.race([told, clock.wait(START_WAITS_MS, patience.signal)])
  } finally {
    patience.abort()
  }
}

/** Null when the key may not say, or what stands in Stripe's place has no accounts. */
export async function readOwnAccount(stripe: StripeClient): Promise<string | null> {
  try {
    // Once: a start is not held up by a Stripe that is away, and whoever calls next asks again.
    const { id } = await stripe.accounts.retrieveCurrent({}, { maxNetworkRetries: 0 })
    return typeof id === 'string' && id.startsWith('acct_') ? id : null
  } catch (error) {
    if (isRefusal(error) || isAbsent(error)) return null
    throw error
  }
}

async function isKnown(stripe: StripeClient, id: string): Promise<boolean> {
  try {
    await stripe.customers.retrieve(id)
    return true
  } catch (error) {
    if (isAbsent(error)) return false
    throw error
  }
}

function refuseOther(account: string, own: string): void {
  if (account === own) return
  throw new WrongAccountError(
    `This database belongs to the Stripe account ${account}, and the key is of ${own}. ` +
      `Use a key of ${account} (STRIPE_SECRET_KEY), or another database (DATABASE_URL) for ${own}.`,
  )
}
