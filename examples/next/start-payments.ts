import { payments } from './payments.ts'

/**
 * Starts what works by itself (events are taken from the inbox, the catalogue is kept fresh), and stops it when the server is
 * told to stop. `next start` would exit at once on SIGTERM; NEXT_MANUAL_SIG_HANDLE (see package.json) leaves that to us.
 */
export async function startPayments(): Promise<void> {
  const running = await payments()
  await running.start()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void running.stop().finally(() => process.exit(0)))
  }
}
