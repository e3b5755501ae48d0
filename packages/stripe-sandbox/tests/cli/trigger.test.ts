import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { scenarios } from '../../src/trigger/scenarios/scenarios.ts'
import { play, triggerableEvents } from '../../src/trigger/trigger.ts'
import generated from '../support/generated/objects.json' with { type: 'json' }
import { start } from '../support/start.ts'

describe.each(scenarios)('$what', (scenario) => {
  test(`makes ${scenario.events.join(', ')}`, async () => {
    const { stripe } = await start()
    const happened = new Set((await play(stripe, scenario)).map((event) => event.type as string))
    expect(scenario.events.filter((event) => !happened.has(event))).toEqual([])
  })
})

test('every event that the sandbox makes can be triggered', () => {
  const source = join(import.meta.dirname, '../../src')
  const texts = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.startsWith('trigger'))
    .map((path) => readFileSync(join(source, path), 'utf8'))
  const made = Object.keys(generated.events).filter((type) =>
    texts.some((text) => text.includes(`'${type}'`)),
  )
  expect(made.filter((type) => !triggerableEvents.includes(type))).toEqual([])
})
