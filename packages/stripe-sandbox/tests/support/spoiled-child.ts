// A process of its own with a sandbox that answers what Stripe would not: conformance.test.ts looks at what is said of it.
import { createSandbox } from '../../src/index.ts'

const sandbox = await createSandbox()
const { store, clock } = sandbox.context
const headers = { Authorization: `Bearer ${sandbox.apiKey}` }
await fetch(`${sandbox.url}/v1/customers`, { method: 'POST', headers })
for (const customer of [...store.all('customer')]) {
  // Wrong on purpose.
  const livemode = 'no' as unknown as boolean
  store.transaction(() => store.put('customer', { ...customer, livemode, created: clock.now() }))
}
await fetch(`${sandbox.url}/v1/customers`, { headers })
await sandbox.close()
