import { expect, test } from 'vitest'
import { run } from './run.ts'

test('--help shows the flags and examples', async () => {
  const { code, output } = await run('--help')
  expect(code).toBe(0)
  for (const text of [
    '--port',
    '--host',
    '--data-dir',
    '--webhook-url',
    '--webhook-secret',
    '--api-version',
    '--seed',
    'Examples:',
  ]) {
    expect(output).toContain(text)
  }
})

test.each([
  [['--port', 'many'], '0 to 65535'],
  [['--seed', 'apples'], 'Allowed choices are demo, none'],
  [['--webhook-secret', 'whsec_1'], '--webhook-secret needs --webhook-url'],
  [['--api-version', '2020-08-27'], 'does not know the API version 2020-08-27'],
  [['--host', '203.0.113.1'], 'EADDRNOTAVAIL'],
])('%j ends with what is wrong', async (flags, message) => {
  const { code, output } = await run(...flags)
  expect(code).toBe(1)
  expect(output).toContain(message)
})
