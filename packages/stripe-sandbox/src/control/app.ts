import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { Sandbox } from '../create-sandbox.ts'
import type { Faults } from '../faults/faults.ts'
import { FaultRuleError } from '../faults/parse-fault-rule.ts'
import { type ApiKeys, authenticate } from '../wire/authenticate.ts'
import { StripeApiError } from '../wire/errors.ts'
import { clockRoutes } from './clock-routes.ts'
import { faultRoutes } from './fault-routes.ts'
import { webhookSecretRoutes } from './webhook-secret-routes.ts'

export interface ControlOptions {
  keys: ApiKeys
  faults: Faults
  time: Pick<Sandbox, 'now' | 'advance'>
  rollWebhookSecret: Sandbox['rollWebhookSecret']
}

/**
 * What only a sandbox has, as JSON over HTTP below `/_sandbox`: for people with curl and for tests in other languages. Takes the
 * secret key of the API, since it can show signing secrets. Errors are `{ "error": { "path"?, "message" } }`.
 */
export function controlApp({ keys, faults, time, rollWebhookSecret }: ControlOptions): Hono {
  const app = new Hono()
  app.use(async (http, next) => {
    authenticate(http.req.header('Authorization'), keys)
    await next()
  })
  app.route('/', clockRoutes(time))
  app.route('/', faultRoutes(faults))
  app.route('/', webhookSecretRoutes(rollWebhookSecret))
  app.all('*', (http) =>
    http.json({ error: { message: `There is no ${http.req.method} ${http.req.path}.` } }, 404),
  )
  app.onError((error, http) => {
    if (error instanceof StripeApiError) return http.json({ error: { message: error.message } }, 401)
    if (error instanceof FaultRuleError) {
      return http.json({ error: { path: error.path, message: error.message } }, 400)
    }
    if (error instanceof RangeError) return http.json({ error: { message: error.message } }, 400)
    if (error instanceof HTTPException) return http.json({ error: { message: error.message } }, error.status)
    throw error
  })
  return app
}
