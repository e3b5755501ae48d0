import { OpenAPIHono } from '@hono/zod-openapi'
import { accessRoute } from './routes/access.ts'
import { plansRoute, productsRoute } from './routes/catalogue.ts'
import {
  confirmCheckoutRoute,
  oneTimeCheckoutRoute,
  subscriptionCheckoutRoute,
} from './routes/checkout-sessions.ts'
import { driftRoute } from './routes/drift.ts'
import { duplicatesRoute } from './routes/duplicates.ts'
import { eventRoute, eventsRoute, ignoreEventRoute, retryEventRoute } from './routes/events.ts'
import { outboxEventRoute, outboxRoute, replayOutboxRoute, retryOutboxRoute } from './routes/outbox.ts'
import { portalRoute } from './routes/portal.ts'
import { cancelSubscriptionRoute, userSubscriptionRoute } from './routes/subscriptions.ts'
import { transactionsRoute } from './routes/transactions.ts'
import { webhookRoute } from './routes/webhook.ts'

/** In the order of the contract; what operators need comes last. */
const ROUTES = [
  productsRoute,
  plansRoute,
  userSubscriptionRoute,
  cancelSubscriptionRoute,
  subscriptionCheckoutRoute,
  oneTimeCheckoutRoute,
  confirmCheckoutRoute,
  portalRoute,
  transactionsRoute,
  accessRoute,
  webhookRoute,
  eventsRoute,
  eventRoute,
  retryEventRoute,
  ignoreEventRoute,
  driftRoute,
  duplicatesRoute,
  outboxRoute,
  outboxEventRoute,
  retryOutboxRoute,
  replayOutboxRoute,
]

/** The OpenAPI 3.1 document, from the same declarations that validate the requests. `openapi.json` is this, written down. */
export function openapiDocument() {
  const app = new OpenAPIHono()
  for (const route of ROUTES) app.openAPIRegistry.registerPath(route)
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The access token of the app. Products and plans may be open to visitors, by configuration.',
  })
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Billhook',
      version: '0.1.0',
      description:
        'Subscriptions, one-time purchases, billing portal, history and webhooks on Stripe. Times are ISO 8601 UTC in whole seconds; money is integer minor units with its currency.',
      license: { name: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'payments', description: 'What apps and browsers call.' },
      { name: 'operations', description: 'For the operator role.' },
    ],
  })
}
