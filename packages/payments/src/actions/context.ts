import type { SyncContext } from '../sync/context.ts'

/** What an action works with. */
export interface ActionContext extends SyncContext {
  /** Origin (and path, if any) of the app's pages, without a trailing slash: return URLs are built below it. */
  frontendUrl: string
}
