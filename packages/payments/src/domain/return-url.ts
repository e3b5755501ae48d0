import { DomainError } from './errors.ts'

/** Percent codes that some server behind us may decode once more: slash, backslash, percent, control characters. */
const ENCODED_TRICKS = /%(?:2f|5c|25|[01][0-9a-f]|7f)/i

/** What the URL parser drops or rewrites without a word: control characters and backslashes. */
const REWRITTEN = /[\p{Cc}\\]/u

/**
 * The address on the app's site that a path means. `frontendUrl` has no slash at the end; `path` comes from a client and must stay
 * below it: one slash first, no other origin, no way up.
 * @throws DomainError invalid_return_path
 */
export function returnUrl(frontendUrl: string, path: string): URL {
  if (!/^\/(?!\/)/.test(path) || REWRITTEN.test(path)) throw new DomainError('invalid_return_path')
  const base = new URL(frontendUrl)
  const url = parse(frontendUrl + path)
  const prefix = base.pathname.replace(/\/$/, '')
  const isBelow = url.origin === base.origin && url.pathname.startsWith(`${prefix}/`)
  const hasCredentials = url.username !== '' || url.password !== ''
  if (!isBelow || hasCredentials || url.pathname.startsWith('//'))
    throw new DomainError('invalid_return_path')
  if (ENCODED_TRICKS.test(url.pathname)) throw new DomainError('invalid_return_path')
  return url
}

/**
 * As `returnUrl`, with Stripe's placeholder for the session id. Put together as text: URLSearchParams would encode the braces, and
 * Stripe would no longer see its placeholder.
 */
export function successUrl(frontendUrl: string, path: string): string {
  const url = returnUrl(frontendUrl, path)
  // The page reads the first one: a client must not put another id before Stripe's.
  if (url.searchParams.has('session_id')) throw new DomainError('invalid_return_path')
  const separator = url.search === '' ? '?' : '&'
  return `${url.origin}${url.pathname}${url.search}${separator}session_id={CHECKOUT_SESSION_ID}${url.hash}`
}

function parse(text: string): URL {
  try {
    return new URL(text)
  } catch (cause) {
    throw new DomainError('invalid_return_path', { cause })
  }
}
