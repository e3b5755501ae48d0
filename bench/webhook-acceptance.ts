import { randomBytes } from 'node:crypto'
import { startBillhook } from './billhook.ts'
import { startServer } from './child.ts'
import type { BenchDatabase } from './database.ts'
import { type LoadResult, load, median } from './load.ts'
import { signedEventRequests } from './signed-events.ts'

export interface AcceptanceResult {
  ours: LoadResult & { idleMb: number; loadedMb: number }
  peer: LoadResult
  ratio: number
}

const ROUNDS = 3
/** Both sides are compiled while they run: a shorter one measures the compiler. */
const WARM_UP_SECONDS = 3

/**
 * Durable webhook acceptance: how many distinct signed 4 KB events a second are answered 2xx over 64 connections, each
 * answered after its commit. Peer: the sync engine's `processWebhook` behind a bare Node server, same PostgreSQL, default
 * durable settings. Rounds alternate, and the median of each is compared.
 */
export async function webhookAcceptance(database: BenchDatabase, seconds: number): Promise<AcceptanceResult> {
  const secret = `whsec_${randomBytes(16).toString('hex')}`
  const billhook = await startBillhook({
    databaseUrl: await database.create('billhook_bench'),
    webhookSecret: secret,
  })
  const idleMb = billhook.residentMb()
  const peer = await startServer({
    file: 'bench/peers/sync-engine-server.ts',
    args: [await database.create('sync_engine_bench'), secret],
    ready: (output) => Number(/PORT (\d+)/.exec(output)?.[1] ?? 0) || null,
  })

  const ours: LoadResult[] = []
  const peers: LoadResult[] = []
  let loadedMb = 0
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await burst(billhook.port, '/payments/webhook', secret, seconds, `a${round}`))
    loadedMb = Math.max(loadedMb, billhook.residentMb())
    peers.push(await burst(peer.port, '/', secret, seconds, `b${round}`))
  }
  await billhook.stop()
  await peer.stop()

  const best = { ours: median(ours), peer: median(peers) }
  return {
    ours: { ...best.ours, idleMb, loadedMb },
    peer: best.peer,
    ratio: best.ours.perSecond / best.peer.perSecond,
  }
}

function burst(
  port: number,
  path: string,
  secret: string,
  seconds: number,
  run: string,
): Promise<LoadResult> {
  return load({
    port,
    connections: 64,
    warmUpMs: WARM_UP_SECONDS * 1_000,
    durationMs: seconds * 1_000,
    nextRequest: signedEventRequests({
      path,
      secret,
      host: `127.0.0.1:${port}`,
      run,
      seconds: WARM_UP_SECONDS + seconds,
    }),
  })
}
