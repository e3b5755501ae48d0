import type { MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import type { AppEnv } from '../context.ts'

/**
 * Headers that tell browsers to trust nothing here. Answers are data, so the policy allows no content at all; a page (the docs)
 * sets its own, which is kept. HSTS only where HTTPS is required: on a laptop it would lock the browser out of localhost.
 */
export function securityHeaders(options: { hasHttps: boolean }): MiddlewareHandler<AppEnv> {
  return secureHeaders({
    overwrite: false,
    contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    strictTransportSecurity: options.hasHttps ? 'max-age=31536000; includeSubDomains' : false,
    xFrameOptions: 'DENY',
    referrerPolicy: 'no-referrer',
    // These two are for old plug-ins and old Internet Explorers.
    xPermittedCrossDomainPolicies: false,
    xDownloadOptions: false,
  })
}
