import { describe, expect, test } from 'vitest'
import { scenarios } from '../../src/trigger/scenarios/scenarios.ts'
import { play } from '../../src/trigger/trigger.ts'
import { start } from '../support/start.ts'

describe.each(scenarios)('$what', (scenario) => {
  test(`makes ${scenario.events.join(', ')}`, async () => {
    const { stripe } = await start()
    const happened = new Set((await play(stripe, scenario)).map((event) => event.type as string))
    expect(scenario.events.filter((event) => !happened.has(event))).toEqual([])
  })
})
