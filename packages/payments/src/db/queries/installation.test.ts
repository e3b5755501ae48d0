import { expect, test } from 'vitest'
import { useDatabase } from '../../../tests/support/database.ts'
import { claimInstallation, readInstallation, WrongModeError } from './installation.ts'

const database = useDatabase()

test('a fresh database has an id and belongs to no mode and no account', async () => {
  const installation = await readInstallation(database.db.query)
  const id = expect.stringMatching(/^[0-9a-f-]{36}$/)
  expect(installation).toEqual({ id, livemode: null, account: null })
})

test('the first start fixes the mode, and a key of the other mode is refused ever after', async () => {
  const { id } = await claimInstallation(database.db.query, false)
  expect(await claimInstallation(database.db.query, false)).toEqual({ id })
  await expect(claimInstallation(database.db.query, true)).rejects.toThrow(WrongModeError)
})
