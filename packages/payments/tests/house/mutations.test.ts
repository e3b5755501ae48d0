import { expect, test } from 'vitest'
import { mutatedFiles, patched } from '../simulation/mutations/mutate.ts'
import { MUTATIONS } from '../simulation/mutations/mutations.ts'

test.each(MUTATIONS.map((mutation) => [mutation.name, mutation] as const))(
  'the source still has the safeguard "%s" where the mutation check takes it away',
  async (_name, mutation) => {
    expect((await mutatedFiles(mutation)).size).toBeGreaterThan(0)
  },
)

test('a safeguard that is somewhere else is not taken for gone', () => {
  expect(() => patched('a b', { file: 'x.ts', find: 'c', replace: '' })).toThrow('x.ts has 0 times')
  expect(() => patched('a a', { file: 'x.ts', find: 'a', replace: '' })).toThrow('x.ts has 2 times')
})
