import type { ServeConfig } from '../../config.ts'
import type { Clock } from '../../domain/clock.ts'
import type { StripeClient } from '../../stripe/client.ts'
import { stripeFailure } from '../../stripe/errors.ts'
import { missingRight } from '../../stripe/missing-right.ts'
import { checkClock } from './check-clock.ts'
import type { Finding } from './finding.ts'

const READ_PRODUCTS = 'read Products'

/** Whether Stripe knows the key, which is said at level ok, and what time it is there. The key alone says the mode. */
export async function checkStripeKey(
  stripe: StripeClient,
  config: ServeConfig,
  clock: Clock,
): Promise<Finding[]> {
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
    return [known(where, config), ...checkClock(products.lastResponse.headers, clock)]
  } catch (error) {
    const found = stripeProblem(error, where, READ_PRODUCTS)
    // Whoever says what the key may not do knows the key.
    return missingRight(error, READ_PRODUCTS) === null ? [found] : [known(where, config), found]
  }
}

/** A failed call as a finding, with the right that the call needs; errors that are not Stripe's are thrown on. */
export function stripeProblem(error: unknown, where: string, wanted: string): Finding {
  const right = missingRight(error, wanted)
  if (right !== null) {
    return problem(
      `the key lacks a right: ${right}`,
      'Give it to the restricted key in the Stripe dashboard; docs/2-going-live.md lists all that are needed.',
    )
  }
  switch (stripeFailure(error)) {
    case 'misconfigured':
      return problem(`${where} refuses the key`, 'Copy STRIPE_SECRET_KEY again from the Stripe dashboard.')
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

function known(where: string, { isLive }: ServeConfig): Finding {
  return { level: 'ok', area: 'stripe', message: `${where} knows the key; ${modeOf(isLive)} mode` }
}

function problem(message: string, remedy: string): Finding {
  return { level: 'problem', area: 'stripe', message, remedy }
}

function modeOf(isLive: boolean): string {
  return isLive ? 'live' : 'test'
}
