import { createStripe } from '../../stripe/client.ts'

/**
 * The sandbox remembers the webhook endpoint of every PORT that laptop mode ever had. Those of other ports are removed, or it would
 * deliver to nobody for days.
 */
export async function forgetOldEndpoints(
  sandbox: { apiKey: string; url: string },
  current: string,
): Promise<void> {
  const stripe = createStripe({ apiKey: sandbox.apiKey, apiBase: sandbox.url })
  for await (const endpoint of stripe.webhookEndpoints.list({ limit: 100 })) {
    const { hostname, pathname } = new URL(endpoint.url)
    const isOfLaptopMode = hostname === '127.0.0.1' && pathname === '/payments/webhook'
    if (isOfLaptopMode && endpoint.url !== current) await stripe.webhookEndpoints.del(endpoint.id)
  }
}
