import { expect, test } from 'vitest'
import { sourceFiles } from './source-files.ts'

/** Limits against peers that hang (sockets, processes): nothing that the product does in its own time. */
const MAY_SET_TIMERS = [
  'domain/clock.ts',
  'http/requests-under-way.ts',
  'http/middleware/timeout.ts',
  'http/middleware/body-limit.ts',
  'http/server.ts',
  'cli/laptop/open-port.ts',
  'db/embedded.ts',
  'db/embedded/postmaster.ts',
  'db/connect.ts',
  'db/silence.ts',
]

const product = sourceFiles().filter(
  ({ path }) => path.startsWith('packages/payments/src/') && !path.endsWith('.test.ts'),
)

function filesWith(pattern: RegExp): string[] {
  return product
    .filter(({ text }) => pattern.test(text))
    .map(({ path }) => path.slice('packages/payments/src/'.length))
}

test('the time of day comes from the clock alone', () => {
  expect(filesWith(/\bDate\.now\(|new Date\(\)/)).toEqual(['domain/clock.ts'])
})

test('what waits, waits on the clock: a simulation decides when its time is over', () => {
  const found = filesWith(/\b(?:setTimeout|setInterval)\b|timers\/promises/)
  expect(found.filter((path) => !MAY_SET_TIMERS.includes(path))).toEqual([])
})
