import type { MiddlewareHandler } from 'hono'
import type { Inspection } from './inspection.ts'

/**
 * Answers 304 to who has the page as it still is: the script asks every second. What a page shows changes with a commit, with a
 * request to the API and with the minute of the sandbox's clock.
 */
export function unlessSame({ context, requests }: Inspection): MiddlewareHandler {
  // Another after a restart, when the counting begins anew.
  const run = context.ids.randomText(8)
  let commits = 0
  context.store.onCommit(() => {
    commits += 1
  })
  return async (http, next) => {
    if (http.req.method !== 'GET') return next()
    const tag = `"${run}-${commits}-${requests.seen}-${Math.floor(context.clock.now() / 60)}"`
    if (http.req.header('If-None-Match') === tag) return http.body(null, 304, { ETag: tag })
    await next()
    http.header('ETag', tag)
  }
}
