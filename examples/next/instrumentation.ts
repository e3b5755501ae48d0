/** Next calls this once when the server starts, before the first request. */
export async function register(): Promise<void> {
  // The edge runtime has no database connections; Billhook lives in the Node one.
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { startPayments } = await import('./start-payments.ts')
  await startPayments()
}
