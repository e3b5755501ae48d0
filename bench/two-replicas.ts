import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { startBillhook } from './billhook.ts'
import { startDatabase } from './database.ts'
import { type LoadResult, load, median } from './load.ts'
import { signedEventRequests } from './signed-events.ts'

/**
 * Durable acceptance of two replicas on one PostgreSQL beside that of one, 64 connections in all; rounds alternate. Argument: seconds a round (5).
 * Each replica can use a core, PostgreSQL about half of one for each, and the load a quarter: with fewer cores than that, the second one
 * cannot show what it is worth.
 */
const seconds = Number(process.argv[2] ?? 5)
const ROUNDS = 3
const WARM_UP_SECONDS = 3
const CONNECTIONS = 64
const AIM = 1.5

const database = await startDatabase()
try {
  const secret = `whsec_${randomBytes(16).toString('hex')}`
  const databaseUrl = await database.create('two_replicas')
  const first = await startBillhook({ databaseUrl, webhookSecret: secret })
  const second = await startBillhook({ databaseUrl, webhookSecret: secret })

  const [one, two]: [LoadResult[], LoadResult[]] = [[], []]
  for (let round = 0; round < ROUNDS; round++) {
    one.push(await burst(first.port, CONNECTIONS, requests(first.port, secret, `one${round}`)))
    // Signed before either begins, so that both count the same seconds.
    const [toFirst, toSecond] = [
      requests(first.port, secret, `first${round}`),
      requests(second.port, secret, `second${round}`),
    ]
    const both = await Promise.all([
      burst(first.port, CONNECTIONS / 2, toFirst),
      burst(second.port, CONNECTIONS / 2, toSecond),
    ])
    two.push(sum(both))
  }
  await first.stop()
  await second.stop()

  const [alone, together] = [median(one).perSecond, median(two).perSecond]
  console.log(
    `Durable webhook acceptance (4 KB, ${CONNECTIONS} connections), ${availableParallelism()} cores`,
  )
  console.log(`  one replica  ${alone.toFixed(0).padStart(7)}/s`)
  console.log(`  two replicas ${together.toFixed(0).padStart(7)}/s`)
  console.log(`  ratio ${(together / alone).toFixed(2)} (aim: at least ${AIM} where cores allow)`)
} finally {
  await database.stop()
}

function requests(port: number, secret: string, run: string): () => Buffer {
  const host = `127.0.0.1:${port}`
  return signedEventRequests({
    ...{ path: '/payments/webhook', secret, host, run },
    seconds: WARM_UP_SECONDS + seconds,
  })
}

function burst(port: number, connections: number, nextRequest: () => Buffer): Promise<LoadResult> {
  const [warmUpMs, durationMs] = [WARM_UP_SECONDS * 1_000, seconds * 1_000]
  return load({ port, connections, warmUpMs, durationMs, nextRequest })
}

function sum(results: readonly LoadResult[]): LoadResult {
  const total = (of: (result: LoadResult) => number) => results.reduce((all, each) => all + of(each), 0)
  const worst = (of: (result: LoadResult) => number) => Math.max(...results.map(of))
  return {
    requests: total(({ requests }) => requests),
    failures: total(({ failures }) => failures),
    seconds: worst((each) => each.seconds),
    perSecond: total(({ perSecond }) => perSecond),
    p50Ms: worst(({ p50Ms }) => p50Ms),
    p99Ms: worst(({ p99Ms }) => p99Ms),
  }
}
