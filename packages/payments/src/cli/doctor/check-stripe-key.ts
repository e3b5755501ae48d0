import type { ServeConfig } from '../../config.ts'
import type { StripeClient } from '../../stripe/client.ts'
import { stripeFailure } from '../../stripe/errors.ts'
import type { Finding } from './finding.ts'

/** Whether Stripe knows the key. The key alone says the mode. */
export async function checkStripeKey(stripe: StripeClient, config: ServeConfig): Promise<Finding[]> {
  const where = config.STRIPE_API_BASE ?? 'https://api.stripe.com'
  try {
    const products = await stripe.products.list({ limit: 1 })
    const isLive = products.data[0]?.livemode ?? config.isLive
    if (isLive !== config.isLive) {
      return [
        problem(
          `${where} answers in ${modeOf(isLive)} mode to a ${modeOf(config.isLive)} key`,
          'Check STRIPE_API_BASE.',
        ),
      ]
    }
    return [{ level: 'ok', area: 'stripe', message: `${where} knows the key; ${modeOf(config.isLive)} mode` }]
  } catch (error) {
    return [stripeProblem(error, where)]
  }
}

/** A failed call as a finding; errors that are not Stripe's are thrown on. */
export function stripeProblem(error: unknown, where: string): Finding {
  switch (stripeFailure(error)) {
    case 'misconfigured':
      return problem(
        `${where} refuses the key`,
        'Copy STRIPE_SECRET_KEY again from the Stripe dashboard; a restricted key (rk_) needs the rights that docs/ lists.',
      )
    case 'unavailable':
    case 'in_progress':
      return problem(
        `${where} cannot be reached`,
        'Check the network, STRIPE_API_BASE, and https://status.stripe.com.',
      )
    case 'refused':
    case 'absent':
      return problem(`${where} refuses a request that every account answers`, 'Check STRIPE_API_BASE.')
    case null:
      throw error
  }
}

function problem(message: string, remedy: string): Finding {
  return { level: 'problem', area: 'stripe', message, remedy }
}

function modeOf(isLive: boolean): string {
  return isLive ? 'live' : 'test'
}
