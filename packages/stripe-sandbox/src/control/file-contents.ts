import { Hono } from 'hono'
import { mimeTypes } from '../billing/file-purposes.ts'
import type { Context } from '../context.ts'
import type { Ids } from '../ids.ts'
import { type ApiKeys, authenticate } from '../wire/authenticate.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'

/** What the SDK has no call for: the address in a file's `url`, which is read with the secret key. */
export const isFileContents = (path: string): boolean => /^\/v1\/files\/[^/]+\/contents(?:\?|$)/.test(path)

export function fileContents(context: Context, keys: ApiKeys, requestIds: Ids): Hono {
  const app = new Hono()
  app.get('/v1/files/:id/contents', (http) => {
    authenticate(http.req.header('Authorization'), keys)
    const file = existing(context, 'file', http.req.param('id'))
    const content = context.store.get('file_content', file.id)
    if (content === undefined || (file.expires_at !== null && file.expires_at <= context.clock.now())) {
      throw new StripeApiError('This file has expired.', { status: 404 })
    }
    const type = Object.entries(mimeTypes).find(([format]) => format === file.type)?.[1]
    return http.body(new Uint8Array(Buffer.from(content.base64, 'base64')), 200, {
      'Content-Type': type ?? 'application/octet-stream',
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.filename ?? file.id)}`,
      // An SVG is a page: whoever opens it here must not run what is in it.
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'X-Content-Type-Options': 'nosniff',
    })
  })
  app.onError((error) => {
    if (!(error instanceof StripeApiError)) throw error
    const requestId = requestIds.newId('req_')
    return new Response(JSON.stringify(error.toBody(requestId, context.clock.now()), null, 2), {
      status: error.status,
      headers: { 'Content-Type': 'application/json', 'Request-Id': requestId },
    })
  })
  return app
}
