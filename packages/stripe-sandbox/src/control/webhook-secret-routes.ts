import { Hono } from 'hono'
import type { Sandbox } from '../create-sandbox.ts'
import { jsonBody } from './json-body.ts'

/**
 * `POST /webhook_endpoints/<id>/roll_secret` with `{ "overlapSeconds": 0 to 86400, "secret"? }`: what Stripe's dashboard does and its API
 * does not. Event destinations of API v2 go by the same address.
 */
export function webhookSecretRoutes(roll: Sandbox['rollWebhookSecret']): Hono {
  const app = new Hono()
  app.post('/webhook_endpoints/:id/roll_secret', async (http) => {
    const { overlapSeconds = 0, secret: wanted } = await jsonBody(http)
    const id = http.req.param('id')
    const secret = roll(id, Number(overlapSeconds), wanted === undefined ? undefined : String(wanted))
    if (secret === undefined)
      return http.json({ error: { message: `There is no webhook endpoint ${id}.` } }, 404)
    return http.json({ id, secret })
  })
  return app
}
