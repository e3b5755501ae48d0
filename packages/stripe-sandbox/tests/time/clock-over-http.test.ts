import { expect, test } from 'vitest'
import type { Sandbox } from '../../src/index.ts'
import { startShop } from '../support/shop.ts'

const noon = Date.UTC(2027, 0, 31, 12) / 1000

async function clock(sandbox: Sandbox, body?: unknown): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${sandbox.url}/_sandbox/clock`, {
    headers: { Authorization: `Bearer ${sandbox.apiKey}` },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: await answer.json() }
}

test('the time is told', async () => {
  const { sandbox } = await startShop()
  expect(await clock(sandbox)).toEqual({ status: 200, body: { now: noon } })
})

test('the time goes on by what is asked for, and what is due is done when it is answered', async () => {
  const { sandbox, checkout, stripe } = await startShop()
  const { id } = await checkout()
  expect(await clock(sandbox, { days: 1, minutes: 1 })).toMatchObject({ body: { now: noon + 86_460 } })
  expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({ status: 'expired' })
})

test('the time goes on to a moment', async () => {
  const { sandbox } = await startShop()
  expect(await clock(sandbox, { to: noon + 5 })).toMatchObject({ body: { now: noon + 5 } })
})

test.each([
  [{ weeks: 1 }, 'no weeks'],
  [{ days: 1.5 }, 'days must be a whole number'],
  [{ hours: -1 }, 'hours must be a whole number'],
  [{ to: noon + 5, days: 1 }, 'Either to, or days'],
  [{ to: noon - 1 }, 'Time only goes forward'],
])('%j is refused', async (body, message) => {
  const { sandbox } = await startShop()
  const answer = await clock(sandbox, body)
  expect(answer.status).toBe(400)
  expect(JSON.stringify(answer.body)).toContain(message)
})
