import { expect, test } from 'vitest'
import { startTill } from '../support/till.ts'

test('a hold that ran out stays free, also on the card whose refunds fail', async () => {
  const { stripe, sandbox, pay } = await startTill()
  const { charge } = await pay('pm_card_refundFail', 2_000, { capture_method: 'manual' })
  await sandbox.advance({ days: 8 })
  expect(await stripe.charges.retrieve(charge)).toMatchObject({ captured: false, refunded: true })
  expect((await stripe.refunds.list({ charge })).data).toMatchObject([{ status: 'succeeded' }])
})
