import { Hono } from 'hono'
import type Stripe from 'stripe'
import { linkAsOf } from '../billing/file-links.ts'
import { mimeTypes } from '../billing/file-purposes.ts'
import { pageUrls } from '../billing/page-urls.ts'
import type { Context } from '../context.ts'
import type { Ids } from '../ids.ts'
import { idOf } from '../store/tables.ts'
import { type ApiKeys, authenticate } from '../wire/authenticate.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'

/** What the SDK has no call for: the address in a file's `url`, which is read with the secret key. */
export const isFileContents = (path: string): boolean => /^\/v1\/files\/[^/]+\/contents(?:\?|$)/.test(path)

/** The content of files: at their own address with the secret key, at the address of a link for everybody who has it. */
export function fileContents(context: Context, keys: ApiKeys, requestIds: Ids): Hono {
  const app = new Hono()
  app.get('/v1/files/:id/contents', (http) => {
    authenticate(http.req.header('Authorization'), keys)
    return contentOf(context, existing(context, 'file', http.req.param('id')))
  })
  app.get('/links/:token', (http) => {
    const url = pageUrls.fileLink(context.origin, http.req.param('token'))
    const link = [...context.store.all('file_link')].find((each) => each.url === url)
    if (link === undefined || linkAsOf(context, link).expired)
      throw gone('There is no such link, or it has expired.')
    return contentOf(context, existing(context, 'file', idOf(link.file) ?? ''))
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

function contentOf({ store, clock }: Context, file: Stripe.File): Response {
  const content = store.get('file_content', file.id)
  if (content === undefined || (file.expires_at !== null && file.expires_at <= clock.now())) {
    throw gone('This file has expired.')
  }
  const type = Object.entries(mimeTypes).find(([format]) => format === file.type)?.[1]
  return new Response(new Uint8Array(Buffer.from(content.base64, 'base64')), {
    headers: {
      'Content-Type': type ?? 'application/octet-stream',
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.filename ?? file.id)}`,
      // An SVG is a page: whoever opens it here must not run what is in it.
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'X-Content-Type-Options': 'nosniff',
    },
  })
}

function gone(message: string): StripeApiError {
  return new StripeApiError(message, { status: 404 })
}
