/**
 * Lets requests that wait at the same moment share one query. Under load a query costs the database and us more for being
 * one than for what it reads; the most frequent request of all (an owner's subscription) is therefore read for many owners at once.
 *
 * A key that comes while queries are under way waits for the next one; when none is under way it goes at once, so a single
 * request waits for nobody. No answer is kept: every query begins after all the requests that it answers.
 */
export function createSharedReads<T>(
  read: (keys: readonly string[]) => Promise<readonly T[]>,
): (key: string) => Promise<T> {
  let waiting: Waiting<T>[] = []
  let underWay = 0

  function startQueries(): void {
    while (underWay < QUERIES_AT_ONCE && waiting.length > 0) {
      const batch = waiting.slice(0, KEYS_AT_ONCE)
      waiting = waiting.slice(KEYS_AT_ONCE)
      underWay += 1
      void answer(batch)
    }
  }

  /** Never rejects: who waits is told. */
  async function answer(batch: Waiting<T>[]): Promise<void> {
    try {
      const answers = await read(batch.map(({ key }) => key))
      for (const [index, { resolve, reject }] of batch.entries()) {
        const value = answers[index]
        if (value === undefined) reject(new Error('A shared read answered fewer keys than it was asked for'))
        else resolve(value)
      }
    } catch (error) {
      for (const { reject } of batch) reject(error)
    } finally {
      underWay -= 1
      startQueries()
    }
  }

  return (key) => {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    waiting.push({ key, resolve, reject })
    startQueries()
    return promise
  }
}

/** Two, so that the database works on one while we take in the other. */
const QUERIES_AT_ONCE = 2
const KEYS_AT_ONCE = 200

interface Waiting<T> {
  key: string
  resolve: (value: T) => void
  reject: (error: unknown) => void
}
