import type { Payments } from 'billhook'
import { cookies } from 'next/headers'

// Next loads this module once for the instrumentation and once for the route: `globalThis` is where both find the same one.
const shared = globalThis as typeof globalThis & { payments?: Promise<Payments> }

/** The app's one Billhook. Made at the first use, not at import: `next build` imports this file too, and has no database. */
export function payments(): Promise<Payments> {
  shared.payments ??= create()
  return shared.payments
}

async function create(): Promise<Payments> {
  // The comment keeps Next from bundling Billhook, which is a folder of this repository here. For a package that npm installed,
  // an ordinary `import { createPayments } from 'billhook'` and `serverExternalPackages` in next.config.ts do the same.
  const { createPayments } = await import(/* turbopackIgnore: true */ 'billhook')
  return createPayments({
    database: { url: setting('DATABASE_URL') },
    stripe: {
      secretKey: setting('STRIPE_SECRET_KEY'),
      webhookSecrets: setting('WEBHOOK_SECRET').split(','),
      // Only to talk to the local Stripe sandbox; leave it out for the real one.
      apiBase: process.env.STRIPE_API_BASE,
    },
    frontendUrl: setting('FRONTEND_URL'),
    auth: { authenticate: whoIsLoggedIn },
    // Creates and updates Billhook's tables, in a schema of their own. Leave it out if you run `billhook migrate` yourself.
    migrate: true,
  })
}

/**
 * Stands for the session that your app has already (`auth()` of Auth.js, Clerk, your own). This one believes a cookie: never
 * do that. `ownerId` is your own id of who is billed; null means that nobody is logged in.
 */
async function whoIsLoggedIn(): Promise<{ ownerId: string; email: string } | null> {
  const email = (await cookies()).get('demo_user')?.value
  return email === undefined ? null : { ownerId: `user:${email}`, email }
}

function setting(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set; see README.md`)
  return value
}
