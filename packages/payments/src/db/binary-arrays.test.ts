import fc from 'fast-check'
import { expect, test } from 'vitest'
import { useDatabase } from '../../tests/support/database.ts'
import { booleanArray, doubleArray, textArray } from './binary-arrays.ts'

const database = useDatabase()

test('PostgreSQL reads the arrays as they were written', async () => {
  // PostgreSQL's text has no U+0000, and what is no Unicode text cannot be UTF-8.
  const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0'))
  const rows = fc.array(
    fc.record({
      text: fc.option(text),
      bytes: text,
      isTrue: fc.boolean(),
      number: fc.double({ noNaN: true }),
    }),
    { minLength: 1, maxLength: 100 },
  )
  await fc.assert(
    fc.asyncProperty(rows, async (values) => {
      const { rows: answers } = await database.db.pool.query({
        name: 'arrays',
        text: 'select $1::text[] as texts, $2::text[] as bytes, $3::boolean[] as booleans, $4::float8[] as numbers',
        values: [
          textArray(values.map((value) => value.text)),
          textArray(values.map((value) => Buffer.from(value.bytes))),
          booleanArray(values.map((value) => value.isTrue)),
          doubleArray(values.map((value) => value.number)),
        ],
      })
      expect(answers).toEqual([
        {
          texts: values.map((value) => value.text),
          bytes: values.map((value) => value.bytes),
          booleans: values.map((value) => value.isTrue),
          numbers: values.map((value) => value.number),
        },
      ])
    }),
    { numRuns: 50 },
  )
})
