import { describe, expect, test } from 'vitest'
import { useDatabase } from '../../tests/support/database.ts'
import { createNaming } from './named-statements.ts'

describe('naming statements', () => {
  test('a statement gets its name when it is asked for the third time, and keeps it', () => {
    const nameOf = createNaming()
    const names = Array.from({ length: 4 }, () => nameOf('select id from t where id = $1'))
    expect(names).toEqual([undefined, undefined, 'billhook-0', 'billhook-0'])
  })

  test('a statement whose answer depends on the table gets none', () => {
    const nameOf = createNaming()
    const names = Array.from({ length: 4 }, () => nameOf('select * from t where id = $1'))
    expect(names).toEqual([undefined, undefined, undefined, undefined])
  })

  test('statements of ever new texts do not get names without end', () => {
    const nameOf = createNaming()
    const named = new Set<string | undefined>()
    for (let i = 0; i < 1_000; i++) for (let time = 0; time < 3; time++) named.add(nameOf(`select ${i}`))
    expect(named.size).toBe(201)
  })
})

describe('a connection', () => {
  const database = useDatabase({ maxConnections: 1 })

  async function preparedStatements(): Promise<string[]> {
    const { rows } = await database.db.pool.query<{ statement: string }>(
      `select statement from pg_prepared_statements where name like 'billhook-%'`,
    )
    return rows.map(({ statement }) => statement)
  }

  test('prepares what comes again and again', async () => {
    const byOwner = database.db.query.selectFrom('customers').select('owner_id').where('owner_id', '=', 'ada')
    for (let time = 0; time < 3; time++) await byOwner.execute()
    expect(await preparedStatements()).toContain(byOwner.compile().sql)
  })

  test('goes on when a migration adds a column to what it has asked for', async () => {
    const columns = database.db.query.selectFrom('customers').select(['id', 'owner_id'])
    const all = database.db.query.selectFrom('customers').selectAll()
    for (let time = 0; time < 3; time++) await Promise.all([columns.execute(), all.execute()])
    await database.db.pool.query('alter table billhook.customers add column nickname text')
    await expect(Promise.all([columns.execute(), all.execute()])).resolves.toEqual([[], []])
  })
})
