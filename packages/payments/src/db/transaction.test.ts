import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { standingClock } from '../../tests/support/clock.ts'
import { useDatabase } from '../../tests/support/database.ts'
import type { Executor, Tx } from './connect.ts'
import { inTransaction, together } from './transaction.ts'

const database = useDatabase()
const at = standingClock().now()

function addCustomer(executor: Executor, owner_id: string) {
  return executor.insertInto('customers').values({ owner_id, created_at: at, updated_at: at }).execute()
}

async function emailOf(executor: Executor, ownerId: string): Promise<string | null | undefined> {
  const row = await executor
    .selectFrom('customers')
    .select('email')
    .where('owner_id', '=', ownerId)
    .executeTakeFirst()
  return row?.email
}

function setEmail(tx: Tx, ownerId: string, email: string) {
  return tx.updateTable('customers').set({ email }).where('owner_id', '=', ownerId).execute()
}

test('statements that are sent together are done in their order, however each was built', async () => {
  const seen = await inTransaction(database.db, async (tx) => {
    const [before, , between, , after, , gone] = await together(tx, [
      emailOf(tx, 'ada'),
      addCustomer(tx, 'ada'),
      emailOf(tx, 'ada'),
      sql`update billhook.customers set email = 'raw' where owner_id = 'ada'`.execute(tx),
      emailOf(tx, 'ada'),
      tx.deleteFrom('customers').where('owner_id', '=', 'ada').execute(),
      emailOf(tx, 'ada'),
    ])
    return [before, between, after, gone]
  })
  expect(seen).toEqual([undefined, null, 'raw', undefined])
})

test('when several that were sent together fail, what is thrown is why the first one did', async () => {
  const failing = inTransaction(database.db, async (tx) => {
    await together(tx, [addCustomer(tx, 'bea'), sql`select 1 / 0`.execute(tx), emailOf(tx, 'bea')])
  })
  await expect(failing).rejects.toThrow('division by zero')
  expect(await emailOf(database.db.query, 'bea')).toBeUndefined()
})

test('what is asked after the end is refused, and not done outside of the transaction', async () => {
  const { tx } = await inTransaction(database.db, async (tx) => ({ tx }))
  await expect(addCustomer(tx, 'cyd')).rejects.toThrow('The transaction is over')
  expect(await emailOf(database.db.query, 'cyd')).toBeUndefined()
})

test('a branch that goes on after another one failed changes nothing', async () => {
  const failed = Promise.withResolvers<void>()
  const branch = Promise.withResolvers<unknown>()
  const failing = inTransaction(database.db, async (tx) => {
    await addCustomer(tx, 'dot')
    failed.promise.then(() => setEmail(tx, 'dot', 'late')).catch(branch.resolve)
    throw new Error('stop')
  })
  await expect(failing).rejects.toThrow('stop')
  failed.resolve()
  expect(String(await branch.promise)).toContain('The transaction is over')
})

test('a failure that was kept quiet is told at the commit', async () => {
  const quiet = inTransaction(database.db, async (tx) => {
    await sql`select 1 / 0`.execute(tx).catch(() => undefined)
  })
  await expect(quiet).rejects.toThrow('nothing was committed')
})

test('the connection serves the next transaction after one that failed', async () => {
  const failing = inTransaction(database.db, (tx) => sql`select 1 / 0`.execute(tx))
  await expect(failing).rejects.toThrow()
  await inTransaction(database.db, (tx) => addCustomer(tx, 'eve'))
  expect(await emailOf(database.db.query, 'eve')).toBeNull()
})
