import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { z } from 'zod'
import { signToken } from '../../auth/sign-token.ts'
import type { Clock } from '../../domain/clock.ts'
import type { Payments } from '../../index.ts'

const API_PATHS = ['/payments', '/docs', '/openapi.json', '/healthz', '/readyz', '/metrics']
const TOKEN_LIFETIME_SECONDS = 24 * 3600

const loginSchema = z.object({ email: z.email().max(200) })

/** What laptop mode serves on PORT: the API, the demo shop's pages, and a login that asks for no password. */
export function createFrontDoor(parts: {
  payments: Payments
  /** Null: no shop here, the front page leads to the API's documentation. */
  shopDir: string | null
  jwtSecret: string
  clock: Clock
}): (request: Request, bindings: object) => Response | Promise<Response> {
  const { payments, shopDir, jwtSecret, clock } = parts
  const app = new Hono<{ Bindings: object }>()

  // A page's session belongs to its origin, and Checkout leads back to `localhost`.
  app.use(async (c, next) => {
    const url = new URL(c.req.url)
    if (url.hostname !== '127.0.0.1' || !isPageVisit(c.req.raw)) return await next()
    url.hostname = 'localhost'
    return c.redirect(url.href, 307)
  })

  for (const path of API_PATHS) {
    app.all(path, (c) => payments.fetch(c.req.raw, c.env))
    app.all(`${path}/*`, (c) => payments.fetch(c.req.raw, c.env))
  }

  app.post('/demo/login', async (c) => {
    const body = loginSchema.safeParse(await c.req.json().catch(() => null))
    if (!body.success) return c.json({ detail: 'Send {"email": "you@example.com"}.' }, 400)
    const email = body.data.email.toLowerCase()
    const token = await signToken(
      jwtSecret,
      { sub: email, email },
      { clock, lifetimeSeconds: TOKEN_LIFETIME_SECONDS },
    )
    return c.json({ access_token: token, token_type: 'Bearer', expires_in: TOKEN_LIFETIME_SECONDS })
  })

  if (shopDir === null) {
    app.get('/', (c) => c.redirect('/docs'))
  } else {
    app.get('*', serveStatic({ root: shopDir }))
    // The shop's pages find their way themselves; a missing script or picture is missing.
    app.get('*', async (c, next) => {
      if (!isPageVisit(c.req.raw)) return await next()
      return await serveStatic<{ Bindings: object }>({ root: shopDir, path: 'index.html' })(c, next)
    })
  }
  app.notFound((c) => payments.fetch(c.req.raw, c.env))
  return (request, bindings) => app.fetch(request, bindings)
}

function isPageVisit(request: Request): boolean {
  return request.method === 'GET' && (request.headers.get('Accept') ?? '').includes('text/html')
}
