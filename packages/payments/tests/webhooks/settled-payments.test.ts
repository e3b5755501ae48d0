import { expect, test } from 'vitest'
import { addOwner, addPrice, buy, deliver, drain, eventsOf, useSync } from '../support/sync-rig.ts'

const rig = useSync()

/** Delivers all that buying a plan made, works it off but for the payment's own event, and returns that one's row afterwards. */
async function eventOfPayment(ownerId: string, meanwhile: () => Promise<unknown>) {
  const customer = await addOwner(rig, ownerId)
  const { invoice } = await buy(rig, customer, await addPrice(rig))
  for (const event of await eventsOf(rig, customer)) await deliver(rig, event)
  await drain(rig)
  await meanwhile()
  const [event] = (await rig.stripe.events.list({ type: 'invoice_payment.paid' })).data
  expect(event?.data.object).toMatchObject({ invoice })
  rig.network.calls.length = 0
  await deliver(rig, event ?? {})
  await drain(rig)
  return await rig.database.db.query
    .selectFrom('events')
    .select(['status', 'note'])
    .where('id', '=', event?.id ?? '')
    .executeTakeFirstOrThrow()
}

test('the event of a payment that is mirrored as paid asks Stripe nothing', async () => {
  const row = await eventOfPayment('ada', async () => undefined)
  expect(row).toEqual({ status: 'ignored', note: 'this payment of an invoice is mirrored as paid already' })
  expect(rig.network.calls).toEqual([])
})

test('the event of a payment that the mirror believes to be open has its invoice fetched', async () => {
  const row = await eventOfPayment('bea', () =>
    rig.database.db.pool.query(`update billhook.invoice_payments set status = 'open'`),
  )
  expect(row).toEqual({ status: 'processed', note: null })
})
