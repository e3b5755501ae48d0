import { beforeEach, describe, expect, test } from 'vitest'
import { instant } from '../../src/domain/instant.ts'
import { JWT_SECRET, useApi } from '../support/api.ts'
import { standingClock } from '../support/clock.ts'
import { storeDrift, storeDuplicate, storeEvent } from '../support/logged-events.ts'

const clock = standingClock(new Date())
const api = useApi({ auth: { secret: JWT_SECRET, roles: { operate: ['operator'] } }, clock })
const operator = { as: 'olga', roles: ['operator'] }
const EVENTS = '/payments/admin/events'
const DRIFT = '/payments/admin/drift'
const DUPLICATES = '/payments/admin/duplicates'

beforeEach(async () => {
  await api.database.db.pool.query(
    'truncate billhook.events, billhook.drift, billhook.duplicate_subscriptions',
  )
})

describe('only operators get in', () => {
  test.each([
    ['GET', EVENTS],
    ['GET', `${EVENTS}/evt_1`],
    ['POST', `${EVENTS}/evt_1/retry`],
    ['POST', `${EVENTS}/evt_1/ignore`],
    ['POST', `${EVENTS}/retry-dead`],
    ['GET', DRIFT],
    ['GET', DUPLICATES],
  ])('%s %s', async (method, path) => {
    await storeEvent(api.database.db, { id: 'evt_1' })
    expect(await api.request(method, path)).toMatchObject({ status: 401 })
    expect(await api.request(method, path, { as: 'ann', roles: ['admin'] })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    })
    expect(await api.request(method, path, operator)).toMatchObject({ status: 200 })
  })
})

test('a dead letter shows its error, its failures and its age', async () => {
  const anHourAgo = new Date(clock.now().getTime() - 3_600_000)
  await storeEvent(api.database.db, { id: 'evt_1', received_at: anHourAgo })
  expect(await api.request('GET', `${EVENTS}?status=dead`, operator)).toMatchObject({
    body: {
      data: [
        {
          id: 'evt_1',
          status: 'dead',
          group: 'cus_1',
          attempts: 12,
          last_error: 'Error: it broke',
          received_at: instant(anHourAgo),
          age_seconds: 3600,
        },
      ],
      has_more: false,
    },
  })
})

test('events are listed by what they are, in pages, the latest first', async () => {
  const { db } = api.database
  await storeEvent(db, { id: 'evt_a', received_at: new Date('2026-11-25T10:00:01Z') })
  await storeEvent(db, { id: 'evt_b', status: 'processed' })
  await storeEvent(db, { id: 'evt_c', status: 'processed' })
  await storeEvent(db, { id: 'evt_d', type: 'refund.created', group_key: 'cus_2', status: 'processed' })
  const ids = async (query: string) => {
    const { body } = await api.request('GET', `${EVENTS}?${query}`, operator)
    return (body as { data: { id: string }[] }).data.map(({ id }) => id)
  }
  expect(await ids('limit=2')).toEqual(['evt_a', 'evt_d'])
  expect(await ids('limit=2&starting_after=evt_d')).toEqual(['evt_c', 'evt_b'])
  expect(await ids('customer=cus_2')).toEqual(['evt_d'])
  expect(await ids('type=invoice.paid&status=processed')).toEqual(['evt_c', 'evt_b'])
})

test.each([`${DRIFT}?owner_id=a%00b`, `${DUPLICATES}?owner_id=%00`])(
  'a zero byte is bad input: %s',
  async (path) => {
    expect(await api.request('GET', path, operator)).toMatchObject({ status: 400 })
  },
)

test('one event comes with its payload', async () => {
  await storeEvent(api.database.db, { id: 'evt_1', payload: '{"id":"evt_1","deep":{"a":1}}' })
  expect(await api.request('GET', `${EVENTS}/evt_1`, operator)).toMatchObject({
    body: { id: 'evt_1', payload: { deep: { a: 1 } } },
  })
})

test('a payload is shown without client secrets', async () => {
  const object = { id: 'pi_1', client_secret: 'pi_1_secret_x', nested: [{ client_secret: 'y' }] }
  await storeEvent(api.database.db, { id: 'evt_1', payload: JSON.stringify({ data: { object } }) })
  const { body } = await api.request('GET', `${EVENTS}/evt_1`, operator)
  expect(body).toMatchObject({ payload: { data: { object: { id: 'pi_1', nested: [{}] } } } })
  expect(JSON.stringify(body)).not.toContain('client_secret')
})

test('all that were given up wait again at once', async () => {
  const { db } = api.database
  for (const id of ['evt_1', 'evt_2']) await storeEvent(db, { id })
  await storeEvent(db, { id: 'evt_3', status: 'processed' })
  expect(await api.request('POST', `${EVENTS}/retry-dead`, operator)).toMatchObject({ body: { count: 2 } })
  const dead = await api.request('GET', `${EVENTS}?status=dead`, operator)
  expect(dead.body).toMatchObject({ data: [] })
})

test('who ignores one can say why', async () => {
  await storeEvent(api.database.db, { id: 'evt_1' })
  const note = 'a test of the dashboard'
  const ignored = await api.request('POST', `${EVENTS}/evt_1/ignore`, { ...operator, body: { note } })
  expect(ignored.body).toMatchObject({ status: 'ignored', note })
})

test('events of a type that names a part of an object are listed by it', async () => {
  const type = 'v2.core.account[requirements].updated'
  await storeEvent(api.database.db, { id: 'evt_1', type })
  const found = await api.request('GET', `${EVENTS}?type=${encodeURIComponent(type)}`, operator)
  expect(found.body).toMatchObject({ data: [{ id: 'evt_1', type }] })
})

test('a retry makes it due with its failures forgotten; ignoring ends it; what was processed is not ignored', async () => {
  await storeEvent(api.database.db, { id: 'evt_1' })
  const retried = await api.request('POST', `${EVENTS}/evt_1/retry`, operator)
  expect(retried.body).toMatchObject({
    status: 'pending',
    attempts: 0,
    next_attempt_at: instant(clock.now()),
  })
  const ignored = await api.request('POST', `${EVENTS}/evt_1/ignore`, operator)
  expect(ignored.body).toMatchObject({ status: 'ignored', note: 'ignored by an operator' })
  await storeEvent(api.database.db, { id: 'evt_2', status: 'processed' })
  expect(await api.request('POST', `${EVENTS}/evt_2/ignore`, operator)).toMatchObject({
    status: 409,
    body: { code: 'event_processed' },
  })
})

test.each([
  ['GET', `${EVENTS}/evt_none`, 404, 'unknown_event'],
  ['POST', `${EVENTS}/evt_none/retry`, 404, 'unknown_event'],
  ['POST', `${EVENTS}/evt_none/ignore`, 404, 'unknown_event'],
  ['GET', `${EVENTS}?starting_after=evt_none`, 404, 'unknown_event'],
  ['GET', `${EVENTS}?status=lost`, 400, 'validation_failed'],
  ['GET', `${EVENTS}?limit=0`, 400, 'validation_failed'],
  ['GET', `${EVENTS}/${encodeURIComponent("a'; drop")}`, 400, 'validation_failed'],
  ['GET', `${DRIFT}?starting_after=x`, 400, 'validation_failed'],
  ['GET', `${DRIFT}?since=yesterday`, 400, 'validation_failed'],
  ['GET', `${DUPLICATES}/7`, 404, 'unknown_duplicate'],
  ['GET', `${DUPLICATES}/x`, 400, 'validation_failed'],
  ['GET', `${DUPLICATES}?status=lost`, 400, 'validation_failed'],
])('%s %s is answered %i %s', async (method, path, status, code) => {
  expect(await api.request(method, path, operator)).toMatchObject({ status, body: { code } })
})

test('drift is listed field by field, by resource and owner, in pages', async () => {
  const { db } = api.database
  await storeDrift(db, 'ann')
  await storeDrift(db, 'ann', 'invoice')
  await storeDrift(db, 'bob')
  const page = await api.request('GET', `${DRIFT}?owner_id=ann&limit=1`, operator)
  expect(page.body).toMatchObject({
    data: [
      {
        resource: 'invoice',
        owner_id: 'ann',
        fields: [{ field: 'status', mirror: 'active', stripe: 'canceled' }],
        event: { id: 'evt_missed', type: 'customer.subscription.deleted' },
        found_by: 'feed',
      },
    ],
    has_more: true,
  })
  const [last] = (page.body as { data: { id: string }[] }).data
  const next = await api.request('GET', `${DRIFT}?owner_id=ann&starting_after=${last?.id}`, operator)
  expect(next.body).toMatchObject({ data: [{ resource: 'subscription' }], has_more: false })
  const invoices = await api.request('GET', `${DRIFT}?resource=invoice`, operator)
  expect(invoices.body).toMatchObject({ data: [{ resource: 'invoice' }] })
  const later = await api.request('GET', `${DRIFT}?since=2100-01-01T00:00:00%2B01:00`, operator)
  expect(later.body).toMatchObject({ data: [] })
})

test('duplicate subscriptions are listed with what was done, by status and owner, in pages', async () => {
  const { db } = api.database
  await storeDuplicate(db, { owner_id: 'ann', status: 'settled', ended_ids: ['sub_newer'], note: null })
  const newest = await storeDuplicate(db, { owner_id: 'ann' })
  await storeDuplicate(db, { owner_id: 'bob' })
  const page = await api.request('GET', `${DUPLICATES}?owner_id=ann&limit=1`, operator)
  expect(page.body).toEqual({
    data: [
      {
        id: newest,
        owner_id: 'ann',
        subscription_ids: ['sub_older', 'sub_newer'],
        status: 'left',
        ended_ids: [],
        note: 'the policy is alert',
        found_at: '2026-11-25T10:00:00Z',
        finished_at: '2026-11-25T10:00:05Z',
      },
    ],
    has_more: true,
  })
  const next = await api.request('GET', `${DUPLICATES}?owner_id=ann&starting_after=${newest}`, operator)
  expect(next.body).toMatchObject({
    data: [{ status: 'settled', ended_ids: ['sub_newer'] }],
    has_more: false,
  })
  const one = await api.request('GET', `${DUPLICATES}/${newest}`, operator)
  expect(one.body).toMatchObject({
    id: newest,
    subscriptions: [
      { id: 'sub_older', status: null },
      { id: 'sub_newer', status: null },
    ],
  })
  const left = await api.request('GET', `${DUPLICATES}?status=left`, operator)
  expect(left.body).toMatchObject({ data: [{ owner_id: 'bob' }, { owner_id: 'ann' }] })
})
