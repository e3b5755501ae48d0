import { flushCompileCache } from 'node:module'
import type { Command } from 'commander'
import { readServeConfig, type ServeConfig } from '../../config.ts'
import { systemClock } from '../../domain/clock.ts'
import { listen } from '../../http/server.ts'
import { createPayments } from '../../index.ts'
import { createLogger } from '../../observability/log.ts'
import { explainPort } from '../laptop/open-port.ts'
import { paymentsOptionsOf } from '../serve/payments-options.ts'
import { startPatiently } from '../serve/start-patiently.ts'
import { waitForSignal } from '../wait-for-signal.ts'

export function define(command: Command): void {
  command
    .option('--migrate', 'bring the database to the newest schema first')
    .action(({ migrate }: { migrate?: true }) => serve(readServeConfig(), migrate === true))
}

/**
 * The service. It ends on SIGTERM or SIGINT and loses nothing: /readyz turns 503, no connection is accepted any more, the
 * requests under way are answered, the jobs finish what they have begun, the database is closed. A second signal ends it at once.
 */
async function serve(config: ServeConfig, migrate: boolean): Promise<void> {
  const log = createLogger(config.LOG_LEVEL)
  for (const notice of config.notices) log.warn(notice)
  const payments = createPayments({ ...paymentsOptionsOf(config, log), migrate })
  const stopping = new AbortController()
  const asked = waitForSignal().then((signal) => {
    payments.refuseNewWork()
    stopping.abort()
    log.info({ signal }, 'stopping')
  })
  const { fetch, acceptDelivery } = payments
  const server = await listen({ fetch, acceptDelivery, port: config.PORT, host: config.HOST }).catch(
    (error) => {
      throw explainPort(error, config.PORT, 'Set PORT to another one.')
    },
  )
  log.info({ url: server.url, mode: config.isLive ? 'live' : 'test', pid: process.pid }, 'listening')

  try {
    await startPatiently(payments, log, stopping.signal)
    if (!stopping.signal.aborted) log.info('started')
    // Everything is loaded by now; a process that is killed one day would never write it.
    flushCompileCache()
    await asked
    await systemClock.wait(config.SHUTDOWN_DELAY_SECONDS * 1000)
  } finally {
    const endsAt = performance.now() + config.SHUTDOWN_SECONDS * 1000
    await server.close(config.SHUTDOWN_SECONDS * 1000)
    await payments.stop({ timeoutMs: Math.max(0, endsAt - performance.now()) })
    log.info('stopped')
  }
}
