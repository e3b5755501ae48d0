import { getRequestListener } from '@hono/node-server'
import { includables } from './api/includables.ts'
import { routes } from './api/routes.ts'
import { dueWork } from './billing/due-work.ts'
import { type SandboxClock, systemClock } from './clock.ts'
import type { Context } from './context.ts'
import { Deliverer, type DeliveryTiming } from './events/deliverer.ts'
import { emitter } from './events/emit.ts'
import { forgetEvents } from './events/forget-events.ts'
import { buildWebhookEndpoint } from './objects/webhook-endpoint.ts'
import { pagesApp } from './pages/app.ts'
import { repeat } from './repeat.ts'
import { seedDemoCatalogue } from './seed/demo-catalogue.ts'
import { closeServer, listen, serve } from './server.ts'
import { MemoryStore } from './store/memory-store.ts'
import type { Store } from './store/store.ts'
import { tellAnswer, tellEvents } from './watch.ts'
import { Api } from './wire/api.ts'
import { forgetExpired } from './wire/idempotency.ts'
import { RequestLog } from './wire/request-log.ts'

export interface SandboxOptions {
  /** 0, the default, takes a free one. */
  port?: number
  /** Default 127.0.0.1. */
  host?: string
  /** Where state is kept across restarts; without it, in memory only. */
  dataDir?: string
  /** The secret key that the API accepts. Default `sk_test_sandbox`. */
  apiKey?: string
  /** Further keys that may call everything, such as `rk_test_…`. */
  restrictedKeys?: readonly string[]
  /** Default `pk_test_sandbox`. */
  publishableKey?: string
  /** What an empty store begins with. Default `none`. */
  seed?: 'demo' | 'none'
  /** An endpoint that gets every event; made once and then found again by its URL. */
  webhook?: { url: string; secret?: string }
  /** Whether `/` is the inspector, which shows everything here to who can reach the port. Default true. */
  inspector?: boolean
  /** How deliveries are timed; Stripe's habits by default, with a first retry after a second instead of minutes. */
  deliveries?: DeliveryTiming
  /** Default: the machine's time. */
  clock?: SandboxClock
  /** Told of the sandbox's own faults, each of which was also answered as a 500. Default: standard error. */
  onError?: (error: unknown, where: string) => void
}

export interface Sandbox {
  /** e.g. `http://127.0.0.1:12111`. */
  url: string
  host: string
  port: number
  protocol: 'http'
  apiKey: string
  publishableKey: string
  /** The signing secret of `options.webhook`; null without one. */
  webhookSecret: string | null
  /** For tests: what handlers work with. Write only inside `context.store.transaction`. */
  context: Context
  /** Ends in order: no new requests, requests being answered, deliveries in flight, the file. Twice is once. */
  close: () => Promise<void>
}

/** Starts a local Stripe. @example const sandbox = await createSandbox({ seed: 'demo' }) */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const host = options.host ?? '127.0.0.1'
  const apiKey = options.apiKey ?? 'sk_test_sandbox'
  const publishableKey = options.publishableKey ?? 'pk_test_sandbox'
  const clock = options.clock ?? systemClock()
  const wallClock = systemClock()
  const onError = options.onError ?? reportToStandardError

  const store = new MemoryStore(options.dataDir)
  const { server, port } = await listen({ host, port: options.port ?? 0 }).catch((error: unknown) => {
    store.close()
    throw error
  })
  const origin = `http://${reachableName(host)}:${port}`
  const request = { id: null, idempotencyKey: null }
  const context: Context = { store, clock, origin, request, emit: emitter(store, clock, wallClock, request) }
  tellEvents(store, origin)
  if (options.seed === 'demo') seedDemoCatalogue(context)
  const webhookSecret = options.webhook ? ensureWebhook(context, options.webhook) : null

  const requests = new RequestLog()
  const deliverer = new Deliverer({ store, wallClock, onError, ...options.deliveries })
  const api = new Api({
    store,
    clock,
    wallClock,
    origin,
    keys: { secret: new Set([apiKey, ...(options.restrictedKeys ?? [])]), publishable: publishableKey },
    routes,
    includables,
    onAnswer: (call) => {
      requests.add(call)
      tellAnswer(call, origin)
    },
    onUnexpectedError: (error, requestId) => onError(error, requestId),
  })
  const inspection = options.inspector === false ? undefined : { context, requests, wallClock, controls: [] }
  const pages = pagesApp(context, onError, inspection)
  serve(server, api, getRequestListener(pages.fetch, { overrideGlobalObjects: false }))
  const forget = (): void =>
    store.transaction(() => {
      forgetExpired(store, wallClock.now())
      forgetEvents(store, clock.now())
    })
  forget()
  const stops = [
    repeat({
      name: 'due work',
      everyMs: 500,
      work: dueWork(context),
      onError,
    }),
    repeat({
      name: 'forgetting old events and idempotency keys',
      everyMs: 3600 * 1000,
      work: forget,
      onError,
    }),
  ]
  const close = async (): Promise<void> => {
    await closeServer(server)
    for (const stop of stops) stop()
    await deliverer.close()
    store.close()
  }
  let closing: Promise<void> | undefined

  return {
    url: origin,
    host: reachableName(host),
    port,
    protocol: 'http',
    apiKey,
    publishableKey,
    webhookSecret,
    context,
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

/** The endpoint for this URL: the one from before the restart, or a new one. Returns its secret. */
function ensureWebhook(
  { store, clock }: { store: Store; clock: SandboxClock },
  webhook: { url: string; secret?: string },
): string {
  const existing = [...store.all('webhook_endpoint')].find((endpoint) => endpoint.url === webhook.url)
  const endpoint = existing
    ? { ...existing, secret: webhook.secret ?? existing.secret ?? '', status: 'enabled' }
    : buildWebhookEndpoint({
        url: webhook.url,
        enabledEvents: ['*'],
        created: clock.now(),
        secret: webhook.secret,
      })
  store.transaction(() => store.put('webhook_endpoint', endpoint))
  return endpoint.secret ?? ''
}

/** A host that listens everywhere is reached as localhost. */
function reachableName(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

function reportToStandardError(error: unknown, where: string): void {
  process.stderr.write(`stripe-sandbox ${where}: ${error instanceof Error ? error.stack : String(error)}\n`)
}
