import type { Executor } from '../connect.ts'

/** This database serves the other Stripe mode. Test rows and live rows never mix. */
export class WrongModeError extends Error {
  override readonly name = 'WrongModeError'
}

/** Id of this installation, part of every idempotency key sent to Stripe, and the mode it is fixed to (null before the first start). */
export async function readInstallation(
  executor: Executor,
): Promise<{ id: string; livemode: boolean | null }> {
  return await executor.selectFrom('installation').select(['id', 'livemode']).executeTakeFirstOrThrow()
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
