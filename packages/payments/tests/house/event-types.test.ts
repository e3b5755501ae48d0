import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readEvent } from '../../src/stripe/signature.ts'

/** Every type of event that the installed SDK names, snapshot and thin. */
function typesOfTheSdk(): string[] {
  const resources = join(dirname(fileURLToPath(import.meta.resolve('stripe'))), 'resources')
  const files = globSync(['Events.d.ts', 'V2/**/*.d.ts'], { cwd: resources })
  const types = files.flatMap((file) => {
    const text = readFileSync(join(resources, file), 'utf8')
    return [...text.matchAll(/'((?:v\d\.)?[a-z_]+\.[^' ]+)'/g)].map(([, type]) => String(type))
  })
  return [...new Set(types)].toSorted()
}

test('every type of event that Stripe may send can be read', () => {
  const types = typesOfTheSdk()
  expect(types.length).toBeGreaterThan(500)
  const event = { id: 'evt_1', created: 1_790_000_000, livemode: false }
  const unread = types.filter((type) => {
    const body = type.startsWith('v')
      ? { ...event, type, object: 'v2.core.event', created: '2026-09-21T13:33:20Z' }
      : { ...event, type, object: 'event', data: { object: {} } }
    try {
      return readEvent(Buffer.from(JSON.stringify(body))).type !== type
    } catch {
      return true
    }
  })
  expect(unread).toEqual([])
})
