import { syncCatalogue } from '../sync/catalogue.ts'
import type { SyncContext } from '../sync/context.ts'
import { createRepeat, type Repeat } from './repeat.ts'

/** Mirrors the catalogue once when the process starts; until then the mirror answers with what it had. */
export function createCatalogueAtStart(context: SyncContext): Repeat {
  return createRepeat(context, {
    name: 'catalogue at start',
    everyMs: null,
    async work() {
      const counts = await syncCatalogue(context)
      context.log.info(counts, 'Catalogue mirrored')
    },
  })
}
