import { expect, test } from 'vitest'
import { createSharedReads } from './shared-reads.ts'

/** A read that answers when it is told to, and says what it was asked. */
function slowRead() {
  const batches: {
    keys: readonly string[]
    finish: (answers?: string[]) => void
    fail: (error: Error) => void
  }[] = []
  const read = createSharedReads<string>((keys) => {
    const { promise, resolve, reject } = Promise.withResolvers<string[]>()
    const finish = (answers = keys.map((key) => key.toUpperCase())) => resolve(answers)
    batches.push({ keys, finish, fail: reject })
    return promise
  })
  return { read, batches }
}

test('a single request waits for nobody', () => {
  const { read, batches } = slowRead()
  void read('ann')
  expect(batches.map(({ keys }) => keys)).toEqual([['ann']])
})

test('requests that come while queries are under way share the next one', async () => {
  const { read, batches } = slowRead()
  const answers = Promise.all(['ann', 'bea', 'cleo', 'dora', 'cleo'].map(read))
  expect(batches.map(({ keys }) => keys)).toEqual([['ann'], ['bea']])
  batches[0]?.finish()
  await expect.poll(() => batches.length).toBe(3)
  expect(batches[2]?.keys).toEqual(['cleo', 'dora', 'cleo'])
  batches[1]?.finish()
  batches[2]?.finish()
  expect(await answers).toEqual(['ANN', 'BEA', 'CLEO', 'DORA', 'CLEO'])
})

test('a query that fails fails its own requests only', async () => {
  const { read, batches } = slowRead()
  const [ann, bea] = [read('ann'), read('bea')]
  batches[0]?.fail(new Error('away'))
  batches[1]?.finish()
  await expect(ann).rejects.toThrow('away')
  expect(await bea).toBe('BEA')
  const cleo = read('cleo')
  batches[2]?.finish()
  expect(await cleo).toBe('CLEO')
})

test("an answer that is missing is an error, never somebody else's answer", async () => {
  const { read, batches } = slowRead()
  const ann = read('ann')
  batches[0]?.finish([])
  await expect(ann).rejects.toThrow('fewer keys')
})
