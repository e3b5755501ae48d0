import { randomBytes } from 'node:crypto'
import { startBillhook } from './billhook.ts'
import type { ServerProcess } from './child.ts'
import { type BenchDatabase, startDatabase } from './database.ts'
import { fillDatabase, ownerName } from './fill-database.ts'
import { type LoadResult, load, median } from './load.ts'
import { signedEventRequests } from './signed-events.ts'
import { subscriptionReads } from './subscription-read.ts'

/**
 * Whether it gets slower with what it holds: durable acceptance and `get-user-subscription` at three sizes of installation, one
 * PostgreSQL, rounds of the three in turn. Arguments: seconds a round (5), the largest number of owners (1,000,000; ten
 * events each). The largest takes about 8 GB in the temporary directory.
 */
const seconds = Number(process.argv[2] ?? 5)
const mostOwners = Number(process.argv[3] ?? 1_000_000)

const ROUNDS = 3
const WARM_UP_SECONDS = 2
const EVENTS_PER_OWNER = 10
const AIM = 1.2

interface Installation {
  owners: number
  server: ServerProcess
  webhookSecret: string
  jwtSecret: string
  accepted: LoadResult[]
  read: LoadResult[]
}

const database = await startDatabase()
try {
  const sizes = [mostOwners / 1_000, mostOwners / 10, mostOwners]
  const installations: Installation[] = []
  for (const owners of sizes) installations.push(await install(database, owners))

  for (let round = 0; round < ROUNDS; round++) {
    for (const installation of installations)
      installation.accepted.push(await acceptance(installation, round))
    for (const installation of installations) installation.read.push(await reads(installation))
  }
  for (const { server } of installations) await server.stop()

  report('Durable webhook acceptance (4 KB, 64 connections)', installations, ({ accepted }) => accepted)
  report('GET /payments/get-user-subscription (64 connections)', installations, ({ read }) => read)
} finally {
  await database.stop()
}

async function install(database: BenchDatabase, owners: number): Promise<Installation> {
  const [webhookSecret, jwtSecret] = [
    `whsec_${randomBytes(16).toString('hex')}`,
    randomBytes(32).toString('hex'),
  ]
  const url = await database.create(`scale_${owners}`)
  const server = await startBillhook({ databaseUrl: url, webhookSecret, jwtSecret })
  const startedAt = performance.now()
  const { eventBytes } = await fillDatabase(url, owners, owners * EVENTS_PER_OWNER)
  console.log(
    `${owners} owners, ${owners * EVENTS_PER_OWNER} events (${(eventBytes / 1e9).toFixed(2)} GB) in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`,
  )
  return { owners, server, webhookSecret, jwtSecret, accepted: [], read: [] }
}

function acceptance({ server, webhookSecret }: Installation, round: number): Promise<LoadResult> {
  return load({
    port: server.port,
    connections: 64,
    warmUpMs: WARM_UP_SECONDS * 1_000,
    durationMs: seconds * 1_000,
    nextRequest: signedEventRequests({
      path: '/payments/webhook',
      secret: webhookSecret,
      host: `127.0.0.1:${server.port}`,
      run: `scale${round}`,
      seconds: WARM_UP_SECONDS + seconds,
    }),
  })
}

/** Of a thousand owners, spread over all of them. */
function reads({ server, jwtSecret, owners }: Installation): Promise<LoadResult> {
  const names = Array.from({ length: 1_000 }, (_, index) => ownerName(Math.floor((index * owners) / 1_000)))
  return subscriptionReads(server.port, jwtSecret, names, seconds)
}

function report(what: string, all: Installation[], of: (installation: Installation) => LoadResult[]): void {
  console.log(`\n${what}`)
  for (const installation of all) {
    const { perSecond, p99Ms } = median(of(installation))
    console.log(
      `  ${String(installation.owners).padStart(9)} owners ${perSecond.toFixed(0).padStart(7)}/s   p99 ${p99Ms.toFixed(1)} ms`,
    )
  }
  const [smallest, largest] = [all[0], all.at(-1)]
  if (!smallest || !largest) return
  const ratio = median(of(smallest)).perSecond / median(of(largest)).perSecond
  console.log(`  the largest is ${ratio.toFixed(2)} times slower than the smallest (aim: at most ${AIM})`)
}
