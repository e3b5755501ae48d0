import { join } from 'node:path'
import { expect, test } from 'vitest'
import { killProcessesAfterEach, runNode } from '../support/child-process.ts'
import { addPrice, useSync } from '../support/sync-rig.ts'

const rig = useSync()
killProcessesAfterEach()

test('billhook sync catalog mirrors the catalogue and says how much', async () => {
  const price = await addPrice(rig)
  const command = runNode(join(import.meta.dirname, '../../bin/billhook.js'), ['sync', 'catalog'], {
    env: {
      ...{ STRIPE_SECRET_KEY: rig.sandbox.apiKey, STRIPE_PUBLISHABLE_KEY: 'pk_test_sandbox' },
      ...{
        STRIPE_API_BASE: rig.sandbox.url,
        WEBHOOK_SECRET: 'whsec_x',
        FRONTEND_URL: 'http://localhost:3000',
      },
      ...{ DATABASE_URL: rig.database.url, JWT_SECRET: 'thirty-two bytes or more of a secret' },
    },
  })
  expect(await command.exited).toMatchObject({ code: 0 })
  expect(command.output()).toContain('Mirrored from Stripe: products 1, prices 1.')
  const { rows } = await rig.database.db.pool.query('select stripe_price_id from billhook.plans')
  expect(rows).toEqual([{ stripe_price_id: price.id }])
})
