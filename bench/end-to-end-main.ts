import { startDatabase } from './database.ts'
import { endToEnd } from './end-to-end.ts'

/** Argument: how many customers (1,000): so many that the seconds which events are left to settle hardly count. */
const database = await startDatabase()
try {
  const { oursPerSecond, peerPerSecond, ratio, events } = await endToEnd(
    database,
    Number(process.argv[2] ?? 1_000),
  )
  console.log(`From delivered to mirrored, ${events} events (events a second)`)
  console.log(`  Billhook                       ${oursPerSecond.toFixed(0).padStart(7)}/s`)
  console.log(`  @supabase/stripe-sync-engine   ${peerPerSecond.toFixed(0).padStart(7)}/s, revalidating`)
  console.log(`  ratio ${ratio.toFixed(2)} (aim: more than 1)`)
} finally {
  await database.stop()
}
