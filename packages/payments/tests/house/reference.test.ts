import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { expect, test } from 'vitest'
import { REFERENCES } from '../../scripts/write-reference.ts'
import { SETTINGS } from '../../src/config/settings.ts'

const repository = join(import.meta.dirname, '../../../..')

test.each([...REFERENCES])(
  '%s says what the code says (npm run reference -w billhook writes it)',
  (path, text) => {
    expect(readFileSync(join(repository, path), 'utf8')).toBe(text)
  },
)

test('.env.example is a file that Node reads, with every required setting in it', () => {
  const required = Object.entries(SETTINGS).flatMap(([name, { whenUnset }]) =>
    whenUnset === 'required' ? [name] : [],
  )
  const read = parseEnv(REFERENCES.get('.env.example') ?? '')
  expect(new Set(Object.keys(read))).toEqual(new Set(required))
})
