import type { Context as HttpContext, MiddlewareHandler } from 'hono'
import { type Context, contextAbout, type World } from '../context.ts'

/** What every page finds on its request: the sandbox in the time of the customer whom the address names. */
export interface PageEnv {
  Variables: { context: Context }
}

export type PageHttp = HttpContext<PageEnv>

/** @param catchUp does what time has made due, so that no page shows a sandbox that is behind its clock. */
export function withContext(world: World, catchUp: () => void): MiddlewareHandler<PageEnv> {
  return (http, next) => {
    catchUp()
    http.set('context', contextAbout(world, http.req.path.split('/')))
    return next()
  }
}
