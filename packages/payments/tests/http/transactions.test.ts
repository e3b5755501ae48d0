import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { useApi } from '../support/api.ts'
import { mirror } from '../support/mirror.ts'

const api = useApi()

interface Page {
  data: { id: string; type: string; [field: string]: unknown }[]
  has_more: boolean
}

afterEach(async () => {
  const tables = ['payments', 'refunds', 'invoices', 'invoice_payments'] as const
  for (const table of tables) await api.database.db.query.deleteFrom(table).execute()
})

describe('an entry', () => {
  test('of a payment has its receipt', async () => {
    await mirror.payment(api.database.db, { id: 'pi_1', description: 'A mug' })
    expect((await read()).data).toEqual([
      {
        id: 'pi_1',
        type: 'payment',
        status: 'succeeded',
        amount: 2999,
        currency: 'usd',
        description: 'A mug',
        created_at: '2024-01-01T00:00:00Z',
        receipt_url: 'https://receipts.example/pi_1',
        hosted_invoice_url: null,
        invoice_pdf: null,
      },
    ])
  })

  test('of an invoice stands for its payment and has the receipt of it', async () => {
    const { db } = api.database
    await mirror.payment(db, { id: 'pi_1' })
    await mirror.invoice(db, { id: 'in_1' }, { paidBy: 'pi_1' })
    expect((await read()).data).toEqual([
      {
        id: 'in_1',
        type: 'invoice',
        status: 'paid',
        amount: 2999,
        currency: 'usd',
        description: 'Invoice ABC-0001',
        created_at: '2024-01-01T00:00:00Z',
        receipt_url: 'https://receipts.example/pi_1',
        hosted_invoice_url: 'https://invoices.example/in_1',
        invoice_pdf: 'https://invoices.example/in_1.pdf',
      },
    ])
  })

  test('of an invoice that credits more than it bills is negative, and no refund', async () => {
    const { db } = api.database
    await mirror.invoice(db, { id: 'in_1', total_minor: -1677, amount_due_minor: 0, amount_paid_minor: 0 })
    expect((await read()).data).toMatchObject([
      { id: 'in_1', type: 'invoice', status: 'paid', amount: -1677, receipt_url: null },
    ])
    const { amount } = (await documented()).components.schemas.Transaction.properties
    expect(amount?.description).toContain('negative when it credits more than it bills')
  })

  test('of a refund has the receipt of its payment', async () => {
    const { db } = api.database
    await mirror.payment(db, { id: 'pi_1' })
    await mirror.refund(db, {
      id: 're_1',
      payment_id: 'pi_1',
      stripe_created_at: new Date('2024-01-02T00:00:00Z'),
    })
    expect((await read()).data).toMatchObject([
      { id: 're_1', type: 'refund', amount: 500, receipt_url: 'https://receipts.example/pi_1' },
      { id: 'pi_1', type: 'payment' },
    ])
  })
})

test('drafts and attempts that moved no money are not listed', async () => {
  const { db } = api.database
  await mirror.invoice(db, { id: 'in_draft', status: 'draft' })
  await mirror.payment(db, { id: 'pi_failed', status: 'requires_payment_method' })
  await mirror.payment(db, { id: 'pi_canceled', status: 'canceled' })
  expect(await read()).toEqual({ data: [], has_more: false })
})

test("another owner's entries are not listed", async () => {
  const { db } = api.database
  await mirror.payment(db, { id: 'pi_bob', owner_id: 'bob' })
  await mirror.refund(db, { id: 're_bob', owner_id: 'bob' })
  await mirror.invoice(db, { id: 'in_bob', owner_id: 'bob' })
  expect(await read()).toEqual({ data: [], has_more: false })
})

describe('paging', () => {
  test('gives every entry once, newest first, whatever the size of the page', async () => {
    const expected = await manyEntries()
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 12 }), async (limit) => {
        const ids: string[] = []
        let page = await read(`?limit=${limit}`)
        ids.push(...page.data.map(({ id }) => id))
        while (page.has_more) {
          page = await read(`?limit=${limit}&starting_after=${ids.at(-1)}`)
          ids.push(...page.data.map(({ id }) => id))
        }
        expect(ids).toEqual(expected)
      }),
      { numRuns: 12 },
    )
  })

  test('a new entry at the top moves nothing on the pages below', async () => {
    const expected = await manyEntries()
    const first = await read('?limit=4')
    await mirror.payment(api.database.db, {
      id: 'pi_new',
      stripe_created_at: new Date('2025-01-01T00:00:00Z'),
    })
    const second = await read(`?limit=4&starting_after=${first.data.at(-1)?.id}`)
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(expected.slice(0, 8))
  })

  test("a cursor of another owner's entry is as unknown as one that never was", async () => {
    await mirror.payment(api.database.db, { id: 'pi_bob', owner_id: 'bob' })
    const [foreign, unknown] = await Promise.all(
      ['pi_bob', 'pi_never'].map((id) =>
        api.request('GET', `/payments/transactions?starting_after=${id}`, {
          as: 'ann',
          headers: { 'X-Request-Id': 'the-same-id' },
        }),
      ),
    )
    expect(foreign?.status).toBe(400)
    expect(foreign?.body).toEqual(unknown?.body)
  })

  test.each(['0', '-1', '101', '1.5', 'ten', '', '1e9', '9999999999999999999'])(
    'a limit of "%s" is refused',
    async (limit) => {
      const { status, body } = await api.request('GET', `/payments/transactions?limit=${limit}`, {
        as: 'ann',
      })
      expect(status).toBe(400)
      expect(body).toMatchObject({ code: 'validation_failed', errors: [{ path: 'limit' }] })
    },
  )
})

interface Documented {
  components: { schemas: { Transaction: { properties: Record<string, { description?: string }> } } }
}

async function documented(): Promise<Documented> {
  const { body } = await api.request('GET', '/openapi.json')
  return body as Documented
}

async function read(query = ''): Promise<Page> {
  const { body } = await api.request('GET', `/payments/transactions${query}`, { as: 'ann' })
  return body as Page
}

/** Entries of all three kinds, several in one second as at Stripe; answers their ids in the order expected. */
async function manyEntries(): Promise<string[]> {
  const { db } = api.database
  const entries: { id: string; at: number }[] = []
  for (let index = 0; index < 21; index++) {
    const at = Date.UTC(2024, 0, 1, 0, 0, Math.floor(index / 4))
    const row = { stripe_created_at: new Date(at) }
    const number = String(index).padStart(2, '0')
    const kind = index % 3
    const id = `${['pi', 're', 'in'][kind]}_${number}`
    if (kind === 0) await mirror.payment(db, { id, ...row })
    else if (kind === 1) await mirror.refund(db, { id, ...row })
    else await mirror.invoice(db, { id, ...row })
    entries.push({ id, at })
  }
  const { rows } = await db.pool.query<{ id: string }>(
    'select id from unnest($1::text[], $2::float8[]) as e(id, at) order by at desc, id desc',
    [entries.map(({ id }) => id), entries.map(({ at }) => at)],
  )
  return rows.map(({ id }) => id)
}
