import { beforeEach, expect, test } from 'vitest'
import { lockAccess } from '../../src/db/queries/access.ts'
import { insertTransitions } from '../../src/db/queries/outbox.ts'
import { claimTargets } from '../../src/db/queries/outbox-targets.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { JWT_SECRET, useApi } from '../support/api.ts'
import { standingClock } from '../support/clock.ts'
import { transitionOf } from '../support/outbox-rig.ts'

const clock = standingClock()
const api = useApi({ auth: { secret: JWT_SECRET, roles: { operate: ['operator'] } }, clock })
const operator = { as: 'olga', roles: ['operator'] }
const OUTBOX = '/payments/admin/outbox'
const UNKNOWN = 'msg_000000000000_1'

interface Listed {
  data: { id: string; type: string; owner_id: string }[]
  has_more: boolean
}

beforeEach(async () => {
  const { db } = api.database
  await db.pool.query(
    'truncate billhook.outbox, billhook.outbox_keys, billhook.outbox_targets, billhook.outbox_target_types, billhook.outbox_deliveries, billhook.outbox_queues',
  )
  await claimTargets(db.query, [{ name: 'handlers', types: null }], clock.now(), new Date(0))
  for (const [owner, name] of [
    ['ann', 'a'],
    ['bob', 'b'],
    ['ann', 'c'],
  ] as const) {
    await inTransaction(db, async (tx) => {
      await lockAccess(tx, owner)
      await insertTransitions(tx, owner, [transitionOf(name)], clock.now())
    })
  }
})

test('events are listed the latest first, by owner and by what became of them, in pages', async () => {
  const { data } = await list('')
  expect(data.map(({ owner_id }) => owner_id)).toEqual(['ann', 'bob', 'ann'])
  expect(await list(`limit=1&starting_after=${data[0]?.id}`)).toMatchObject({
    data: [{ owner_id: 'bob' }],
    has_more: true,
  })
  expect((await list('owner_id=bob')).data).toHaveLength(1)
  expect((await list('type=access.changed')).data).toEqual([])
  await markAll('dead')
  expect((await list('status=pending')).data).toEqual([])
  expect((await list('status=dead')).data).toHaveLength(3)
})

test('one event comes with its data and its deliveries', async () => {
  const [event] = (await list('')).data
  expect(await api.request('GET', `${OUTBOX}/${event?.id}`, operator)).toMatchObject({
    body: {
      ...{ type: 'subscription.canceled', owner_id: 'ann', data: { price_id: 'c' } },
      deliveries: [
        { target: 'handlers', status: 'pending', attempts: 0, last_error: null, finished_at: null },
      ],
    },
  })
})

test('a retry brings back what was given up and leaves alone what was taken; a replay brings back both', async () => {
  const [event] = (await list('')).data
  const statuses = async (verb: string) => {
    const { body } = await api.request('POST', `${OUTBOX}/${event?.id}/${verb}`, operator)
    return (body as { deliveries: { status: string }[] }).deliveries.map(({ status }) => status)
  }
  await markAll('dead')
  expect(await statuses('retry')).toEqual(['pending'])
  await markAll('delivered')
  expect(await statuses('retry')).toEqual(['delivered'])
  expect(await statuses('replay')).toEqual(['pending'])
})

test('who is told is listed', async () => {
  expect(await api.request('GET', `${OUTBOX}/targets`, operator)).toMatchObject({
    body: { data: [{ name: 'handlers', types: null }] },
  })
})

test('all that were given up wait again at once', async () => {
  await markAll('dead')
  expect(await api.request('POST', `${OUTBOX}/retry-dead`, operator)).toMatchObject({ body: { count: 3 } })
  expect((await list('status=pending')).data).toHaveLength(3)
})

test('everything from some time on is delivered again, or only what is of one owner and for one target', async () => {
  const replay = (body: object) => api.request('POST', `${OUTBOX}/replay`, { ...operator, body })
  const since = '2000-01-01T00:00:00Z'
  await markAll('delivered')
  expect(await replay({ since, owner_id: 'bob', target: 'handlers' })).toMatchObject({ body: { count: 1 } })
  expect(await replay({ since })).toMatchObject({ body: { count: 3 } })
  expect(await replay({ since: '2100-01-01T00:00:00Z' })).toMatchObject({ body: { count: 0 } })
  expect(await replay({ since, target: 'nobody' })).toMatchObject({
    status: 404,
    body: { code: 'unknown_target' },
  })
  expect(await replay({})).toMatchObject({ status: 400, body: { code: 'validation_failed' } })
})

test.each([
  ['GET', `${OUTBOX}/targets`],
  ['POST', `${OUTBOX}/retry-dead`],
  ['POST', `${OUTBOX}/replay`],
])('%s %s: only operators may ask', async (method, path) => {
  expect(await api.request(method, path)).toMatchObject({ status: 401 })
  expect(await api.request(method, path, { as: 'ann', roles: ['admin'] })).toMatchObject({ status: 403 })
})

test.each([
  ['GET', `${OUTBOX}/${UNKNOWN}`],
  ['POST', `${OUTBOX}/${UNKNOWN}/retry`],
  ['POST', `${OUTBOX}/${UNKNOWN}/replay`],
  ['GET', `${OUTBOX}?starting_after=${UNKNOWN}`],
])('%s %s: an id of another database is unknown, and only operators may ask', async (method, path) => {
  expect(await api.request(method, path)).toMatchObject({ status: 401 })
  expect(await api.request(method, path, { as: 'ann', roles: ['admin'] })).toMatchObject({ status: 403 })
  expect(await api.request(method, path, operator)).toMatchObject({
    status: 404,
    body: { code: 'unknown_app_event' },
  })
})

test('what is no id is refused', async () => {
  expect(await api.request('GET', `${OUTBOX}/7`, operator)).toMatchObject({
    status: 400,
    body: { code: 'validation_failed' },
  })
})

async function list(query: string): Promise<Listed> {
  const { body } = await api.request('GET', `${OUTBOX}?${query}`, operator)
  return body as Listed
}

async function markAll(status: string): Promise<void> {
  await api.database.db.pool.query('update billhook.outbox_deliveries set status = $1', [status])
}

test.each(['type=%00', 'owner_id=%00'])('a zero byte is bad input: %s', async (query) => {
  expect(await api.request('GET', `${OUTBOX}?${query}`, operator)).toMatchObject({ status: 400 })
})
