import { WEBHOOK_GRACE_MS } from '../domain/event-feed.ts'
import { compareCatalogue } from '../reconcile/catalogue.ts'
import type { SyncContext } from '../sync/context.ts'
import { createRepeat, type Repeat } from './repeat.ts'

/**
 * Mirrors the catalogue when the very first process starts; when a later one does, what was missed is found here. The feed reads on at the
 * same time: it has the grace for that too, where it is the only way in and nothing else would need one.
 */
export function createCatalogueAtStart(context: SyncContext): Repeat {
  return createRepeat(context, {
    name: 'catalogue at start',
    everyMs: null,
    async work() {
      const { suspects, ...counts } = await compareCatalogue(context, WEBHOOK_GRACE_MS)
      if (suspects === null) context.log.info(counts, 'Catalogue mirrored')
      else context.log.info({ ...counts, suspects }, 'Catalogue compared with Stripe')
    },
  })
}
