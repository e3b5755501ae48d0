import type { Executor } from '../db/connect.ts'
import { isAbsent } from '../stripe/errors.ts'
import type { Fetched } from './fetched.ts'

/**
 * For resources that Stripe never deletes. One that is absent and was never mirrored is nothing of ours (a test event of the
 * dashboard names objects that nobody has). One that is absent although we mirrored it means that we ask another account, or that
 * Stripe is lying: nothing is written, and the event fails until somebody looks (I12).
 */
export async function orVanished(
  find: (executor: Executor, id: string) => Promise<object | null>,
  id: string,
  fetch: () => Promise<Fetched>,
): Promise<Fetched> {
  try {
    return await fetch()
  } catch (error) {
    if (!isAbsent(error)) throw error
    return {
      related: [],
      write: async (tx) => {
        if (await find(tx, id)) throw new Error(`${id} is in the mirror and gone at Stripe`, { cause: error })
        return []
      },
    }
  }
}
