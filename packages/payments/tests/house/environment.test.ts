import { expect, test } from 'vitest'
import { sourceFiles } from './source-files.ts'

const product = sourceFiles().filter(
  ({ path }) => /^packages\/[^/]+\/src\//.test(path) && !path.endsWith('.test.ts'),
)

test('only config.ts reads the environment', () => {
  const readers = product
    .filter(({ text }) => /\bprocess\.env\b/.test(text))
    .map(({ path }) => path)
    .filter((path) => path !== 'packages/payments/src/config.ts')
  expect(readers).toEqual([])
})

test('only the clock files read the time', () => {
  const clocks = ['packages/payments/src/domain/clock.ts', 'packages/stripe-sandbox/src/clock.ts']
  const readers = product
    .filter(({ path }) => !clocks.includes(path) && !path.startsWith('packages/web/'))
    .filter(({ text }) => /\bDate\.now\(\)|\bnew Date\(\)/.test(text))
    .map(({ path }) => path)
  expect(readers).toEqual([])
})
