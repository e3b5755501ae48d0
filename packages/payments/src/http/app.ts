import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { DomainError } from '../domain/errors.ts'
import type { AppEnv, HttpContext } from './context.ts'
import { errorAnswer, errorHandler, validationError } from './errors.ts'
import { mountAccess } from './routes/access.ts'
import { mountCatalogue } from './routes/catalogue.ts'
import { mountCheckoutSessions } from './routes/checkout-sessions.ts'
import { mountDocs } from './routes/docs.ts'
import { mountDrift } from './routes/drift.ts'
import { mountDuplicates } from './routes/duplicates.ts'
import { mountEvents } from './routes/events.ts'
import { mountHealth } from './routes/health.ts'
import { mountOutbox } from './routes/outbox.ts'
import { mountOutboxDeliveries } from './routes/outbox-deliveries.ts'
import { mountPortal } from './routes/portal.ts'
import { mountSubscriptions } from './routes/subscriptions.ts'
import { mountTransactions } from './routes/transactions.ts'
import { mountWebhook } from './routes/webhook.ts'

/** The whole HTTP edge as one Web-standard handler: `app.fetch`. */
export function createApp(context: HttpContext): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw validationError(result.error)
    },
  })
  app.use(...context.guards.everyRequest)
  mountSubscriptions(app, context)
  mountAccess(app, context)
  mountCatalogue(app, context)
  mountCheckoutSessions(app, context)
  mountPortal(app, context)
  mountTransactions(app, context)
  mountWebhook(app, context)
  mountEvents(app, context)
  mountDrift(app, context)
  mountDuplicates(app, context)
  mountOutboxDeliveries(app, context)
  mountOutbox(app, context)
  mountDocs(app)
  mountHealth(app, context)
  app.onError(errorHandler(context.log))
  app.notFound((c) => unknownPath(app, c))
  return app
}

/** 405 with `Allow` where the path exists under another method, else 404. */
function unknownPath(app: OpenAPIHono<AppEnv>, c: Context<AppEnv>): Response {
  const methods = new Set(
    app.routes
      .filter(({ method, path }) => method !== 'ALL' && path === c.req.path)
      .map(({ method }) => method),
  )
  if (methods.size === 0) return errorAnswer(c, new DomainError('not_found'))
  c.header('Allow', [...methods].join(', '))
  return errorAnswer(c, new DomainError('method_not_allowed'))
}
