import type { Store } from '../store/store.ts'
import type { Recipient } from './recipient.ts'

/** The secrets that sign for a recipient now: the present one, then those that were replaced and have not expired, newest first. */
export function secretsOf(store: Store, to: Recipient, nowMs: number): [string, ...string[]] {
  const old = [...store.where('rolled_secret', 'endpoint', to.id)].filter((each) => each.expiresAtMs > nowMs)
  return [to.secret, ...old.map(({ secret }) => secret)]
}
