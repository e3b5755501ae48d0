import type { OpenAPIHono } from '@hono/zod-openapi'
import type { AppEnv, HttpContext } from '../context.ts'

/** For whoever runs the process: alive, ready for requests, numbers. Not part of the API, so not in its document. */
export function mountHealth(app: OpenAPIHono<AppEnv>, context: HttpContext): void {
  app.get('/healthz', (c) => c.json({ status: 'ok' }))

  app.get('/readyz', async (c) => {
    const { ready, reason } = await context.readiness()
    return ready ? c.json({ status: 'ready' }) : c.json({ status: 'not ready', reason: reason ?? null }, 503)
  })

  app.use('/metrics', ...context.guards.metrics)
  app.get('/metrics', async (c) => {
    const { registry } = context.metrics
    return c.body(await registry.metrics(), 200, { 'Content-Type': registry.contentType })
  })
}
