import { runForOutput, startServer } from './child.ts'
import type { BenchDatabase } from './database.ts'

export interface BackfillResult {
  /** Subscriptions a second, the customers that they belong to included in the time. */
  oursPerSecond: number
  peerPerSecond: number
  ratio: number
}

const ROUNDS = 3

/**
 * Backfill of an existing account into an empty database: customers and their subscriptions, listed by a local server from ready-made
 * pages, stored in the same PostgreSQL. Peer: the sync engine's `syncBackfill` of the same two. Rounds alternate.
 */
export async function backfillSpeed(database: BenchDatabase, subscriptions: number): Promise<BackfillResult> {
  const stripe = await startServer({
    file: 'bench/peers/list-server.ts',
    args: [String(subscriptions)],
    ready: (output) => Number(/PORT (\d+)/.exec(output)?.[1] ?? 0) || null,
  })
  const ours: number[] = []
  const peers: number[] = []
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const [mine, theirs] = [
        await database.create('billhook_backfill'),
        await database.create('sync_engine_backfill'),
      ]
      ours.push(await secondsOf(subscriptions, 'bench/billhook-backfill.ts', [mine, String(stripe.port)]))
      peers.push(
        await secondsOf(subscriptions, 'bench/peers/sync-engine-backfill.ts', [theirs, String(stripe.port)]),
      )
    }
  } finally {
    await stripe.stop()
  }
  const oursPerSecond = subscriptions / median(ours)
  const peerPerSecond = subscriptions / median(peers)
  return { oursPerSecond, peerPerSecond, ratio: oursPerSecond / peerPerSecond }
}

async function secondsOf(subscriptions: number, file: string, args: string[]): Promise<number> {
  const output = await runForOutput(file, args)
  const seconds = Number(/SECONDS ([\d.]+)/.exec(output)?.[1])
  if (!output.includes(`STORED ${subscriptions}\n`)) throw new Error(`${file} did not store all:\n${output}`)
  if (!(seconds > 0)) throw new Error(`${file} said no time:\n${output}`)
  return seconds
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
