import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect, type Database } from '../../src/db/connect.ts'
import { isConnectionLost } from '../../src/db/errors.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { useOwnServer } from '../support/own-server.ts'

const server = useOwnServer()
const reported: Error[] = []
let db: Database
beforeAll(() => {
  db = connect({ databaseUrl: server.url, onIdleError: (error) => reported.push(error) })
})
afterAll(() => db.close())

const ask = () => db.query.selectFrom('installation').select('id').executeTakeFirstOrThrow()

test('a server that stops costs the queries of that time, and nothing else', async () => {
  const { id } = await ask()

  const interrupted = inTransaction(db, async (tx) => {
    await tx.selectFrom('installation').selectAll().execute()
    await server.stop()
    await tx.selectFrom('installation').selectAll().execute()
  })
  expect(isConnectionLost(await failureOf(interrupted))).toBe(true)
  expect(reported.length).toBeGreaterThan(0)
  expect(isConnectionLost(await failureOf(ask()))).toBe(true)

  await server.start()
  expect(await ask()).toEqual({ id })
})

function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: unknown) => error,
  )
}
