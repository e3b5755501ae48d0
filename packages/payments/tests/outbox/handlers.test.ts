import { expect, test, vi } from 'vitest'
import type { AppEvent } from '../../src/index.ts'
import { useApi } from '../support/api.ts'
import { pay, sell } from '../support/shop.ts'

const heard: string[] = []
let failures = 0
const api = useApi({
  outbox: {
    handlers: {
      'subscription.activated': ({ owner_id, data }) => void heard.push(`${owner_id} ${data.status}`),
      'access.changed': async ({ data }: Extract<AppEvent, { type: 'access.changed' }>) => {
        if (failures++ === 0) throw new Error('not now')
        heard.push(`access ${data.has_access}`)
      },
    },
  },
})

test('a purchase is told to the handlers of a started process, one after the other, and again after a failure', async () => {
  await api.payments.start()
  const { priceId } = await sell(api)
  const { body } = await api.request('POST', '/payments/create-checkout-session', {
    as: 'ann',
    body: { price_id: priceId },
  })
  // As the contract says.
  const { checkout_url, session_id } = body as { checkout_url: string; session_id: string }
  await pay(checkout_url)
  await api.request('POST', '/payments/confirm-checkout-session', { as: 'ann', body: { session_id } })
  // A handler is heard before its delivery is written down: the row is what to wait for.
  await vi.waitFor(
    async () =>
      expect(await deliveries()).toEqual([
        { status: 'delivered', attempts: 0 },
        { status: 'delivered', attempts: 1 },
      ]),
    { timeout: 15_000, interval: 50 },
  )
  expect(heard).toEqual(['ann active', 'access true'])
})

async function deliveries(): Promise<unknown[]> {
  const { rows } = await api.database.db.pool.query(
    'select status, attempts from billhook.outbox_deliveries order by outbox_id',
  )
  return rows
}
