import { expect, test } from 'vitest'
import { useDatabase } from '../../tests/support/database.ts'
import { describeSchema } from '../../tests/support/describe-schema.ts'

const database = useDatabase()

test('schema.sql shows what the migrations add up to', async () => {
  await expect(await describeSchema(database.db)).toMatchFileSnapshot('./schema.sql')
})
