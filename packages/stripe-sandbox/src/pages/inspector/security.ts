import { isIP } from 'node:net'
import type { MiddlewareHandler } from 'hono'
import { setPolicy } from '../security.ts'

/**
 * Shows the inspector only under a name that no stranger can give to this machine. Its addresses are no secret, unlike those of
 * the hosted pages, so a site on the internet could point its own name here and would then be "the same site" to a browser
 * (DNS rebinding). Numbers, `localhost`, names without a dot and `….internal` are nobody's to give away.
 * @param origin of the sandbox; the name that it was started with is allowed too.
 */
export function inspectorSecurity(origin: string): MiddlewareHandler {
  const ownName = new URL(origin).hostname
  return (http, next) => {
    const { hostname } = new URL(http.req.url)
    if (hostname !== ownName && !isLocalName(hostname)) {
      return Promise.resolve(http.text(`The inspector is at ${origin}, not under the name ${hostname}.`, 403))
    }
    setPolicy(http, 'this-site', { mayFetch: true })
    return next()
  }
}

function isLocalName(hostname: string): boolean {
  const isNumber = isIP(hostname.replace(/^\[|\]$/g, '')) !== 0
  return isNumber || !hostname.includes('.') || /\.(?:localhost|internal)$/.test(hostname)
}
