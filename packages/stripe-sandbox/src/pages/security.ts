import type { Context as HttpContext, MiddlewareHandler } from 'hono'

/**
 * Where a form of this page may lead. Browsers apply `form-action` to every redirect that answers a form, and a payment ends
 * at the `success_url` and wherever that redirects to: such pages must allow other sites.
 */
export type FormTarget = 'this-site' | 'any-site'

/** Headers of every page: nothing from elsewhere, no framing, no address of a page (which is its key) in a referrer. */
export const securityHeaders: MiddlewareHandler = async (http, next) => {
  await next()
  if (!http.res.headers.has('Content-Security-Policy')) setPolicy(http, 'this-site')
  http.header('Referrer-Policy', 'same-origin')
  http.header('X-Content-Type-Options', 'nosniff')
  http.header('X-Frame-Options', 'DENY')
  if (!http.res.headers.has('Cache-Control')) http.header('Cache-Control', 'no-store')
}

/** @param options.mayFetch whether the page's script may ask this site for something: it keeps the page up to date. */
export function setPolicy(
  http: HttpContext,
  formTarget: FormTarget,
  options: { mayFetch?: boolean } = {},
): void {
  const formAction = formTarget === 'this-site' ? "'self'" : "'self' http: https:"
  const connect = options.mayFetch === true ? " connect-src 'self';" : ''
  http.header(
    'Content-Security-Policy',
    `default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:;${connect} form-action ${formAction}; base-uri 'none'; frame-ancestors 'none'`,
  )
}

/**
 * Refuses a form that another site posts. The pages have no cookies: who knows the address of a session may use it, as with
 * Stripe's own, and another site does not know it. This is the second lock. Every browser sends one of the two headers with
 * a POST; a request with neither comes from a program, which nobody can trick into sending it.
 */
export const sameOriginOnly: MiddlewareHandler = async (http, next) => {
  if (http.req.method !== 'POST' || isSameOrigin(http)) return next()
  return http.text('This form was sent from another site, so nothing was done.', 403)
}

function isSameOrigin(http: HttpContext): boolean {
  const site = http.req.header('Sec-Fetch-Site')
  if (site !== undefined && site !== 'same-origin') return false
  const origin = http.req.header('Origin')
  if (origin === undefined) return true
  // The host of both is compared, not the whole origin: behind a proxy that ends TLS the scheme differs.
  return URL.canParse(origin) && new URL(origin).host === new URL(http.req.url).host
}
