import { expect, test } from 'vitest'
import { insertEvents, listDueGroups } from '../../src/db/queries/events.ts'
import { useDatabase } from '../support/database.ts'

const database = useDatabase()
const NOW = new Date('2026-11-25T12:00:00Z')
const ago = (milliseconds: number) => new Date(NOW.getTime() - milliseconds)

let sequence = 0
function waiting(groupKey: string, receivedAt: Date) {
  const id = `evt_${++sequence}`
  return {
    ...{ id, type: 'invoice.paid', groupKey, doorbells: [], apiVersion: null, livemode: false },
    ...{ stripeCreatedAt: receivedAt, receivedAt, payload: Buffer.from('{}'), ignoredBecause: null },
  }
}

test('in a backlog, what names no customer comes after the customers that were told of until shortly after it', async () => {
  await insertEvents(database.db, [
    waiting('cus_1', ago(20_000)),
    waiting('invoice_payment:inpay_1', ago(19_990)),
    waiting('cus_2', ago(18_500)),
    waiting('cus_3', ago(17_000)),
  ])
  expect(
    await listDueGroups(database.db, NOW, 10, { settledBy: ago(1_000), unaddressedBy: ago(3_000) }),
  ).toEqual(['cus_1', 'cus_2', 'invoice_payment:inpay_1', 'cus_3'])
})
