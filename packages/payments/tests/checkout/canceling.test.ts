import { beforeEach, describe, expect, test } from 'vitest'
import { cancelSubscription } from '../../src/actions/cancel-subscription.ts'
import type { ActionContext } from '../../src/actions/context.ts'
import {
  type CurrentSubscription,
  findCurrentSubscriptions,
} from '../../src/db/queries/current-subscription.ts'
import type { Stripe } from '../../src/stripe/client.ts'
import { standingClock } from '../support/clock.ts'
import { letPass, stripeNow } from '../support/reconcile-rig.ts'
import { addOwner, addPrice, ringAgain, useSync } from '../support/sync-rig.ts'

const clock = standingClock()
const rig = useSync({ clock })
let run = 0
let owner = ''
let customer = ''
let price: Stripe.Price

beforeEach(async () => {
  clock.set(stripeNow(rig))
  rig.network.weather = () => 'fine'
  owner = `owner${++run}`
  customer = await addOwner(rig, owner)
  price = await addPrice(rig)
})

describe('two subscriptions of one owner', () => {
  test('end one after the other, each as it is shown', async () => {
    const older = await subscribe()
    await letPass(rig, clock, 1)
    const newer = await subscribe()
    for (const id of [newer, older]) {
      expect(await shown()).toMatchObject({ id, endsWithPeriod: false })
      expect(await cancel()).toMatchObject({ id, endsWithPeriod: true })
    }
    expect(await cancel()).toMatchObject({ id: newer, endsWithPeriod: true })
    expect(await atStripe(older)).toMatchObject({ status: 'active', cancel_at_period_end: true })
  })

  test('end although only the better one ends already', async () => {
    const active = await subscribe()
    const trial = await subscribe({ trial_period_days: 7 })
    expect(await cancel()).toMatchObject({ id: active })
    expect(await cancel()).toMatchObject({ id: trial, endsWithPeriod: true })
    expect(await shown()).toMatchObject({ id: active })
  })
})

function cancel(): Promise<CurrentSubscription> {
  const principal = { ownerId: owner, email: null, permissions: new Set<never>() }
  return cancelSubscription(actions(), principal)
}

function actions(): ActionContext {
  return { ...rig.context, frontendUrl: 'https://shop.example' }
}

async function shown(): Promise<CurrentSubscription | null> {
  return (await findCurrentSubscriptions(rig.database.db, [owner]))[0] ?? null
}

function atStripe(id: string): Promise<Stripe.Subscription> {
  return rig.stripe.subscriptions.retrieve(id)
}

async function cardOf(card: string): Promise<string> {
  return (await rig.stripe.paymentMethods.attach(card, { customer })).id
}

async function subscribe(parameters: Partial<Stripe.SubscriptionCreateParams> = {}): Promise<string> {
  const { id } = await rig.stripe.subscriptions.create({
    ...{ customer, items: [{ price: price.id }], default_payment_method: await cardOf('pm_card_visa') },
    ...parameters,
  })
  await ringAgain(rig, customer)
  return id
}
