import type { Executor } from '../connect.ts'

/** This database serves the other Stripe mode. Test rows and live rows never mix. */
export class WrongModeError extends Error {
  override readonly name = 'WrongModeError'
}

export interface Installation {
  /** Part of every idempotency key sent to Stripe. */
  id: string
  /** The mode that it is fixed to; null before the first start. */
  livemode: boolean | null
  /** The Stripe account that it is fixed to; null until a key has said of which it is. */
  account: string | null
}

export async function readInstallation(executor: Executor): Promise<Installation> {
  return await executor
    .selectFrom('installation')
    .select(['id', 'livemode', 'account'])
    .executeTakeFirstOrThrow()
}

/** Fixes the database to this Stripe account, unless it is fixed already. Returns the one that it is fixed to. */
export async function claimAccount(executor: Executor, account: string): Promise<string> {
  await executor.updateTable('installation').set({ account }).where('account', 'is', null).execute()
  return (await readInstallation(executor)).account ?? account
}

/**
 * Fixes the database to the mode of the Stripe key at the first start, and returns the installation's id. Throws WrongModeError when
 * it belongs to the other mode.
 */
export async function claimInstallation(executor: Executor, livemode: boolean): Promise<{ id: string }> {
  await executor.updateTable('installation').set({ livemode }).where('livemode', 'is', null).execute()
  const installation = await readInstallation(executor)
  if (installation.livemode !== livemode) {
    const [theirs, ours] = livemode ? ['test', 'live'] : ['live', 'test']
    throw new WrongModeError(
      `This database holds ${theirs} data, and the Stripe key is a ${ours} key. ` +
        `Use another database (DATABASE_URL) for ${ours} mode, or the ${theirs} key.`,
    )
  }
  return { id: installation.id }
}
