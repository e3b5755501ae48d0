import Stripe from 'stripe'
import { createSandbox, type Sandbox } from '../../src/index.ts'
import { movableClock } from '../support/movable-clock.ts'
import { clientOf } from '../support/start.ts'
import { deeds } from './deeds.ts'
import { createRandom, type Random } from './random.ts'

export interface World {
  sandbox: Sandbox
  stripe: Stripe
  random: Random
  /** Prices by currency: a person pays in one. */
  prices: Readonly<Record<string, readonly Stripe.Price[]>>
  coupons: readonly Stripe.Coupon[]
}

export interface Person {
  id: string
  currency: string
}

export interface Year {
  sandbox: Sandbox
  /** Deed → how often it was done, and how often Stripe's rules refused it. */
  counts: Readonly<Record<string, { done: number; refused: number }>>
}

const currencies = ['usd', 'usd', 'eur', 'jpy', 'kwd']

/**
 * A leap year of customers who subscribe, change their minds, fail to pay, dispute and leave, all by chance. The same seed and the
 * same number of people make the same calls at the same times. The caller closes the sandbox.
 */
export async function liveAYear(options: {
  seed: number
  people: number
  onWeek?: (week: number) => void
}): Promise<Year> {
  const random = createRandom(options.seed)
  const clock = movableClock(Date.UTC(2028, 0, 1) / 1000)
  const sandbox = await createSandbox({ idSeed: `year ${options.seed}`, clock, inspector: false })
  const stripe = clientOf(sandbox)
  const world: World = { sandbox, stripe, random, ...(await stock(stripe)) }
  const counts: Record<string, { done: number; refused: number }> = {}
  const people: Person[] = []
  for (let week = 0; week < 52; week++) {
    while (people.length < options.people * Math.min(1, (week + 1) / 30)) people.push(await newcomer(world))
    for (const person of people) {
      if (!random.happens(0.3)) continue
      const deed = random.pick(deeds)
      counts[deed.name] ??= { done: 0, refused: 0 }
      counts[deed.name]![await outcomeOf(() => deed(world, person))] += 1
    }
    await sandbox.advance({ days: 7 })
    options.onWeek?.(week)
  }
  // What was announced last settles: drafts, retries, deadlines of disputes.
  await sandbox.advance({ days: 3 })
  return { sandbox, counts }
}

/** What Stripe's rules refuse is part of life; what the sandbox could not do is not. */
async function outcomeOf(deed: () => Promise<unknown>): Promise<'done' | 'refused'> {
  try {
    await deed()
    return 'done'
  } catch (error) {
    const isRule = error instanceof Stripe.errors.StripeError && (error.statusCode ?? 500) < 500
    if (!isRule || error.code === 'sandbox_not_supported_yet') throw error
    return 'refused'
  }
}

async function stock(stripe: Stripe): Promise<Pick<World, 'prices' | 'coupons'>> {
  const product = await stripe.products.create({ name: 'A year' })
  const prices: Record<string, Stripe.Price[]> = {}
  for (const [currency, unit] of [
    ['usd', 100],
    ['eur', 100],
    ['jpy', 10],
    ['kwd', 1000],
  ] as const) {
    prices[currency] = []
    for (const [interval, amount] of [
      ['week', 7],
      ['month', 19],
      ['month', 49],
      ['year', 190],
    ] as const) {
      prices[currency].push(
        await stripe.prices.create({
          product: product.id,
          currency,
          unit_amount: amount * unit * (currency === 'jpy' ? 10 : 1),
          recurring: { interval },
        }),
      )
    }
  }
  return {
    prices,
    coupons: [
      await stripe.coupons.create({ percent_off: 33.33, duration: 'repeating', duration_in_months: 3 }),
      await stripe.coupons.create({ percent_off: 15, duration: 'forever' }),
      await stripe.coupons.create({ percent_off: 50, duration: 'once' }),
    ],
  }
}

async function newcomer({ stripe, random }: World): Promise<Person> {
  const { id } = await stripe.customers.create({ email: 'somebody@example.com' })
  const card = random.happens(0.8) ? 'pm_card_visa' : 'pm_card_chargeCustomerFail'
  const { id: method } = await stripe.paymentMethods.attach(card, { customer: id })
  await stripe.customers.update(id, { invoice_settings: { default_payment_method: method } })
  return { id, currency: random.pick(currencies) }
}
