import { getRequestListener } from '@hono/node-server'
import { createPayments } from 'billhook'
import express from 'express'
import { logIn, whoIs } from './login.ts'

const payments = createPayments({
  database: { url: setting('DATABASE_URL') },
  stripe: {
    secretKey: setting('STRIPE_SECRET_KEY'),
    // Several at once, separated by commas, while you change the secret.
    webhookSecrets: setting('WEBHOOK_SECRET').split(','),
    // Only to talk to the local Stripe sandbox; leave it out for the real one.
    apiBase: process.env.STRIPE_API_BASE,
  },
  frontendUrl: setting('FRONTEND_URL'),
  // Your app knows who is logged in, however it does that. Billhook asks it on every request; null means nobody.
  auth: { authenticate: (request) => whoIs(request.headers.get('cookie')) },
  // Creates and updates Billhook's tables, in a schema of their own. Leave it out if you run `billhook migrate` yourself.
  migrate: true,
})

// Starts what works by itself: events are taken from the inbox, the catalogue is kept fresh.
await payments.start()

const app = express()

// THE RAW BODY TRAP: Stripe signs the exact bytes of a webhook. express.json() reads a request's body and throws those bytes
// away, and whoever comes after it finds an empty body and refuses every webhook ("Invalid signature"). So the payments come
// before it. Use `app.all`, not `app.use('/payments', …)`, which would cut `/payments` off the path.
app.all('/payments/{*rest}', getRequestListener(payments.fetch, { overrideGlobalObjects: false }))

// Your own routes, with parsed bodies, as ever.
app.use(express.json())

app.post('/login', (request, response) => {
  const { email } = request.body as { email?: unknown }
  if (typeof email !== 'string') {
    response.status(400).json({ detail: 'Send an email.' })
    return
  }
  response.setHeader('Set-Cookie', logIn(email)).json({ message: `Hello, ${email}` })
})

app.get('/hello', (_request, response) => {
  response.json({ message: 'An ordinary route of the app' })
})

const server = app.listen(Number(process.env.PORT ?? 3000), () => {
  const address = server.address()
  console.log(`Listening on http://localhost:${typeof address === 'object' ? address?.port : address}`)
})

// In this order nothing is lost: no new requests, then the ones under way, then the worker, then the database.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close(() => void payments.stop())
    server.closeIdleConnections()
  })
}

function setting(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set; see README.md`)
  return value
}
