import { beforeAll, expect, test } from 'vitest'
import { readAccessFacts } from '../../src/db/queries/access-facts.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { accessAt } from '../../src/domain/access.ts'
import { lookAtDueOwners } from '../../src/jobs/access-by-time.ts'
import type { Stripe } from '../../src/stripe/client.ts'
import { BACKFILL_KINDS } from '../../src/sync/backfill/kinds.ts'
import { storePage } from '../../src/sync/backfill/store-page.ts'
import { syncCatalogue } from '../../src/sync/catalogue.ts'
import { standingClock } from '../support/clock.ts'
import { accessToldOf, addOwner, buy, ringAgain, useSync } from '../support/sync-rig.ts'

const clock = standingClock(new Date())
const rig = useSync({ clock })
let team: Stripe.Product
let monthly: Stripe.Price
let lifetime: Stripe.Price

beforeAll(async () => {
  team = await rig.stripe.products.create({ name: 'Team', marketing_features: [{ name: 'Exports' }] })
  const asked = { product: team.id, unit_amount: 1_900, currency: 'usd' }
  monthly = await rig.stripe.prices.create({ ...asked, recurring: { interval: 'month' } })
  const life = await rig.stripe.products.create({ name: 'Life', marketing_features: [{ name: 'Lifetime' }] })
  lifetime = await rig.stripe.prices.create({ product: life.id, unit_amount: 9_900, currency: 'usd' })
  await syncCatalogue(rig.context)
})

test('a purchase that a backfill brings after the app was told of the subscription beside it is told', async () => {
  const customer = await addOwner(rig, 'ann')
  await buy(rig, customer, lifetime)
  await buy(rig, customer, monthly)
  await ringAgain(rig, customer, 'customer.subscription.')
  expect(await features('ann')).toEqual([['Exports']])
  await fill(customer)
  await lookAtDueOwners(rig.context)
  expect(await features('ann')).toEqual([['Exports'], ['Exports', 'Lifetime']])
  expect(await lastTold('ann')).toEqual(await truth('ann'))
})

test('money given back that a backfill brings after the app was told of what it had paid for is told', async () => {
  const customer = await addOwner(rig, 'bea')
  await buy(rig, customer, monthly)
  const [payment] = (await rig.stripe.paymentIntents.list({ customer })).data
  await rig.stripe.refunds.create({ payment_intent: payment?.id ?? '' })
  await ringAgain(rig, customer, 'customer.subscription.')
  await fill(customer)
  await lookAtDueOwners(rig.context)
  expect(await features('bea')).toEqual([['Exports'], []])
  expect(await lastTold('bea')).toEqual(await truth('bea'))
})

test('features that change are told, also when a backfill comes to the owner before whoever asks him', async () => {
  const customer = await addOwner(rig, 'cyd')
  await buy(rig, customer, monthly)
  await ringAgain(rig, customer, 'customer.subscription.')
  await rig.stripe.products.update(team.id, { marketing_features: [{ name: 'Exports' }, { name: 'SSO' }] })
  await syncCatalogue(rig.context)
  await fill(customer)
  clock.advance(70_000)
  await lookAtDueOwners(rig.context)
  expect(await lastTold('cyd')).toEqual(await truth('cyd'))
  expect(await lastTold('cyd')).toEqual(['Exports', 'SSO'])
})

test('the same of an owner of whom the app was told nothing yet', async () => {
  const customer = await addOwner(rig, 'dan')
  await buy(rig, customer, monthly)
  await fill(customer)
  await lookAtDueOwners(rig.context)
  await buy(rig, customer, lifetime)
  const marketing_features = [{ name: 'Exports' }, { name: 'Audit' }]
  await rig.stripe.products.update(team.id, { marketing_features })
  await syncCatalogue(rig.context)
  await fill(customer)
  clock.advance(70_000)
  await lookAtDueOwners(rig.context)
  expect(await features('dan')).toEqual([
    ['Exports', 'Audit'],
    ['Exports', 'Audit', 'Lifetime'],
  ])
})

async function features(ownerId: string): Promise<string[][]> {
  // jsonb, written by insertTransitions.
  const told = (await accessToldOf(rig, ownerId)) as { features: { name: string }[] }[]
  return told.map((each) => each.features.map(({ name }) => name))
}

const lastTold = async (ownerId: string) => (await features(ownerId)).at(-1)

async function truth(ownerId: string): Promise<string[]> {
  const facts = await readAccessFacts(rig.database.db.query, ownerId)
  return accessAt(facts, rig.context.policy, clock.now()).features.map(({ name }) => name)
}

/** Stores what Stripe lists of this customer, a page of each kind. */
async function fill(customer: string): Promise<void> {
  for (const kind of BACKFILL_KINDS) {
    const { objects } = await kind.page(rig.context, { created: { gte: 0, lt: 1e10 }, startingAfter: null })
    const ours = objects.filter(({ stripeCustomerId }) => stripeCustomerId === customer)
    await inTransaction(rig.database.db, (tx) => storePage(tx, rig.context, kind, ours, clock.now()))
  }
}
