import type { Store } from '../../store/store.ts'
import type { RequestLog } from '../../wire/request-log.ts'
import { objectById } from './find.ts'
import { inspectorPaths } from './inspector-paths.ts'

/** Where an id leads in the inspector; null for a text that names nothing here. */
export function linkTo(id: string, store: Store, requests: RequestLog): string | null {
  if (!/^[\w.:-]{3,80}$/.test(id)) return null
  if (store.get('event', id)) return inspectorPaths.event(id)
  if (requests.get(id)) return inspectorPaths.request(id)
  return objectById(store, id) ? inspectorPaths.object(id) : null
}
