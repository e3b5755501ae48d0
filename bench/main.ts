import { availableParallelism } from 'node:os'
import { backfillSpeed } from './backfill.ts'
import { startDatabase } from './database.ts'
import { sandboxCalls } from './sandbox-calls.ts'
import { subscriptionRead } from './subscription-read.ts'
import { webhookAcceptance } from './webhook-acceptance.ts'

/** Seconds that one round counts; three rounds a side. */
const seconds = Number(process.argv[2] ?? 5)

const BACKFILLED = 10_000

const database = await startDatabase()
try {
  console.log(
    `Node ${process.version}, ${availableParallelism()} cores, ${await database.version()}, ${seconds} s a round\n`,
  )

  const acceptance = await webhookAcceptance(database, seconds)
  console.log('Durable webhook acceptance (4 KB, 64 connections)')
  line('Billhook', acceptance.ours.perSecond, acceptance.ours.p99Ms)
  line('@supabase/stripe-sync-engine', acceptance.peer.perSecond, acceptance.peer.p99Ms)
  console.log(`  ratio ${acceptance.ratio.toFixed(1)} (aim: at least 6)`)
  console.log(
    `  memory of serve: ${acceptance.ours.idleMb.toFixed(0)} MB idle (aim: under 150), ${acceptance.ours.loadedMb.toFixed(0)} MB under this load\n`,
  )

  const read = await subscriptionRead(database, seconds)
  console.log('GET /payments/get-user-subscription (64 connections)')
  line('Billhook', read.ours.perSecond, read.ours.p99Ms)
  line('bare server, token only', read.bare.perSecond, read.bare.p99Ms)
  console.log(`  ratio ${read.ratio.toFixed(2)} (aim: at least 0.5)\n`)

  const backfill = await backfillSpeed(database, BACKFILLED)
  console.log(`Backfill of ${BACKFILLED} customers with a subscription each (subscriptions a second)`)
  console.log(`  ${'Billhook'.padEnd(30)} ${backfill.oursPerSecond.toFixed(0).padStart(7)}/s`)
  console.log(
    `  ${'@supabase/stripe-sync-engine'.padEnd(30)} ${backfill.peerPerSecond.toFixed(0).padStart(7)}/s`,
  )
  console.log(`  ratio ${backfill.ratio.toFixed(1)} (aim: at least 4)\n`)

  console.log('The local Stripe, simple calls (16 connections; aim: at least 3000 on one core)')
  for (const { call, run, cpuMicroseconds } of await sandboxCalls(seconds)) {
    line(call, run.perSecond, run.p99Ms)
    console.log(
      `  ${''.padEnd(30)} ${cpuMicroseconds.toFixed(0).padStart(7)} µs of processor time each: ${(1_000_000 / cpuMicroseconds).toFixed(0)}/s of one core`,
    )
  }
} finally {
  await database.stop()
}

function line(name: string, perSecond: number, p99Ms: number): void {
  console.log(`  ${name.padEnd(30)} ${perSecond.toFixed(0).padStart(7)}/s   p99 ${p99Ms.toFixed(1)} ms`)
}
