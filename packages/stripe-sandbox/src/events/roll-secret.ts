import type { World } from '../context.ts'
import type { Store } from '../store/store.ts'
import { recipient } from './recipient.ts'

/** Stripe's dashboard keeps an old secret for at most a day. */
export const longestOverlapSeconds = 24 * 3600

/**
 * Gives a webhook endpoint or an event destination a new signing secret. The old one goes on signing beside it for the
 * overlap, so that each delivery then carries one `v1` for each of them.
 * @param overlapSeconds 0 (the old secret ends at once) to a day.
 * @param wanted the new secret; otherwise a random one.
 * @returns the new secret; undefined when there is no such endpoint.
 * @throws RangeError for an overlap that Stripe does not offer, or a secret that does not look like one.
 */
export function rollSecret(
  { store, ids, wallClock }: Pick<World, 'store' | 'ids' | 'wallClock'>,
  endpointId: string,
  overlapSeconds: number,
  wanted?: string,
): string | undefined {
  if (!(overlapSeconds >= 0 && overlapSeconds <= longestOverlapSeconds)) {
    throw new RangeError(`An old secret can be kept for 0 to ${longestOverlapSeconds} seconds.`)
  }
  if (wanted !== undefined && !/^whsec_\w{16,}$/.test(wanted)) {
    throw new RangeError('A signing secret is whsec_ and at least 16 letters and digits.')
  }
  const secret = wanted ?? ids.newId('whsec_')
  const nowMs = wallClock.nowMs()
  return store.transaction(() => {
    const to = recipient(store, endpointId)
    if (!to) return undefined
    for (const old of [...store.where('rolled_secret', 'endpoint', endpointId)]) {
      if (old.expiresAtMs <= nowMs) store.delete('rolled_secret', old.id)
    }
    if (overlapSeconds > 0) {
      const expiresAtMs = nowMs + overlapSeconds * 1000
      store.put('rolled_secret', { id: ids.newId('rsec_'), endpointId, secret: to.secret, expiresAtMs })
    }
    putSecret(store, endpointId, secret)
    return secret
  })
}

function putSecret(store: Store, endpointId: string, secret: string): void {
  const endpoint = store.get('webhook_endpoint', endpointId)
  if (endpoint) store.put('webhook_endpoint', { ...endpoint, secret })
  const destination = store.get('v2.core.event_destination', endpointId)
  if (destination) {
    const webhook = { ...destination.webhook_endpoint, signing_secret: secret }
    store.put('v2.core.event_destination', { ...destination, webhook_endpoint: webhook })
  }
}
