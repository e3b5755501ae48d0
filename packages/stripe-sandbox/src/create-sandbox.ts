import { getRequestListener } from '@hono/node-server'
import Stripe from 'stripe'
import { includables } from './api/includables.ts'
import { router } from './api/router.ts'
import { dueKinds } from './billing/due/kinds.ts'
import { type BillingSettings, defaultBillingSettings } from './billing/settings.ts'
import { type SandboxClock, systemClock } from './clock.ts'
import { type Context, contextAt, type World } from './context.ts'
import { controlApp } from './control/app.ts'
import { fileContents } from './control/file-contents.ts'
import { Deliverer, type DeliveryTiming } from './events/deliverer.ts'
import { forgetEvents } from './events/forget-events.ts'
import { rollSecret } from './events/roll-secret.ts'
import { eventFaults } from './faults/event-faults.ts'
import { Faults } from './faults/faults.ts'
import { requestFaults } from './faults/request-faults.ts'
import type { FixtureFile } from './fixtures/fixture-file.ts'
import { runFixtures } from './fixtures/run-fixtures.ts'
import { createIds } from './ids.ts'
import { ensureOwnAccount } from './objects/account.ts'
import { buildWebhookEndpoint } from './objects/webhook-endpoint.ts'
import { pagesApp } from './pages/app.ts'
import { clockControl } from './pages/inspector/clock-control.ts'
import { faultsControl } from './pages/inspector/faults-control.ts'
import { repeat } from './repeat.ts'
import { seedDemoCatalogue } from './seed/demo-catalogue.ts'
import { closeServer, listen, serve } from './server.ts'
import { MemoryStore } from './store/memory-store.ts'
import { Advances } from './time/advance.ts'
import { DueWork } from './time/due-work.ts'
import { SandboxTime } from './time/sandbox-time.ts'
import { secondsOf, type TimeSpan } from './time/time-span.ts'
import { nameOfVersion } from './versions/api-version.ts'
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
  /** Calls that fill an empty store, in the format of Stripe's CLI: `parseFixtures(text)`. Any that is refused ends the start. */
  fixtures?: FixtureFile
  /** An endpoint that gets every event; made once and then found again by its URL. */
  webhook?: { url: string; secret?: string }
  /** The account's default API version, which events are rendered in: one of the README's. Default: the SDK's. */
  apiVersion?: string
  /** Whether `/` is the inspector, which shows everything here to who can reach the port. Default true. */
  inspector?: boolean
  /** How deliveries are timed; Stripe's habits by default, with a first retry after a second instead of minutes. */
  deliveries?: DeliveryTiming
  /** What the sandbox's own time follows. Default: the machine's time. */
  clock?: SandboxClock
  /** What an account sets in Stripe's Dashboard: retries of failed payments and the like. */
  billing?: Partial<BillingSettings>
  /** Makes every id and secret the same in each run that does the same at the same times. Left out, they cannot be guessed. */
  idSeed?: string
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
  /** The present signing secret of `options.webhook`; null without one. */
  readonly webhookSecret: string | null
  /** What goes wrong on purpose; nothing until it is told. */
  faults: Faults
  /**
   * Gives a webhook endpoint or event destination a new signing secret; the old one signs beside it for the overlap, at most a day.
   * Returns the new one (`secret` when it is given), or undefined when there is no such endpoint.
   */
  rollWebhookSecret: (endpointId: string, overlapSeconds?: number, secret?: string) => string | undefined
  /** The sandbox's own time now, unix seconds. */
  now: () => number
  /**
   * Puts the sandbox's own time forward and resolves when everything that became due on the way is done: renewals, trial ends,
   * retries, expiries, each at its own moment. Test clocks have their own time (`/v1/test_helpers/test_clocks`).
   * @example await sandbox.advance({ days: 31 })
   */
  advance: (by: TimeSpan | { to: number }) => Promise<void>
  /** For tests: what handlers work with. Write only inside `context.store.transaction`. */
  context: Context
  /** For tests: what the pages work with. */
  world: World
  /** Ends in order: no new requests, requests being answered, deliveries in flight, the file. Twice is once. */
  close: () => Promise<void>
}

/** Starts a local Stripe. @example const sandbox = await createSandbox({ seed: 'demo' }) */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const host = options.host ?? '127.0.0.1'
  const apiKey = options.apiKey ?? 'sk_test_sandbox'
  const publishableKey = options.publishableKey ?? 'pk_test_sandbox'
  const wallClock = systemClock()
  const onError = options.onError ?? reportToStandardError
  const apiVersion = options.apiVersion ?? Stripe.API_VERSION
  nameOfVersion(apiVersion)

  const store = new MemoryStore(options.dataDir)
  const isNew = store.tables().length === 0
  ensureOwnAccount(store, options.idSeed)
  const { server, port } = await listen({ host, port: options.port ?? 0 }).catch((error: unknown) => {
    store.close()
    throw error
  })
  const world: World = {
    store,
    time: new SandboxTime(store, options.clock ?? wallClock),
    wallClock,
    origin: `http://${reachableName(host)}:${port}`,
    ids: createIds(options.idSeed),
    requestIds: createIds(options.idSeed === undefined ? undefined : `requests ${options.idSeed}`),
    settings: { ...defaultBillingSettings, ...options.billing },
    apiVersion,
    trouble: eventFaults(store),
  }
  const faults = new Faults(store, world.ids)
  const ownClock = world.time.clockOf(null)
  const context = contextAt(world, ownClock)
  tellEvents(store, world.origin)
  if (options.seed === 'demo') seedDemoCatalogue(context)
  const webhookId = options.webhook ? ensureWebhook(context, options.webhook) : null
  const rollWebhookSecret: Sandbox['rollWebhookSecret'] = (endpointId, overlapSeconds = 0, secret) =>
    rollSecret(world, endpointId, overlapSeconds, secret)

  const requests = new RequestLog()
  const deliverer = new Deliverer({ store, wallClock, onError, ...options.deliveries })
  const due = new DueWork(world, dueKinds)
  const advances = new Advances(world, due, onError)
  const catchUp = (): void => due.catchUp((error) => onError(error, 'due work'))
  const keys = { secret: new Set([apiKey, ...(options.restrictedKeys ?? [])]), publishable: publishableKey }
  const api = new Api({
    world,
    keys,
    router,
    includables,
    disturbances: requestFaults(store),
    catchUp,
    onAnswer: (call) => {
      requests.add(call)
      tellAnswer(call, world.origin)
    },
    onUnexpectedError: (error, requestId) => onError(error, requestId),
  })
  const time: Pick<Sandbox, 'now' | 'advance'> = {
    now: () => ownClock.now(),
    advance: (by) => advances.sandboxTo('to' in by ? by.to : ownClock.now() + secondsOf(by)),
  }
  const controls = [clockControl({ store, ...time }), faultsControl(faults)]
  const inspection = options.inspector === false ? undefined : { context, requests, wallClock, controls }
  const pages = pagesApp(world, { catchUp, onFault: onError, inspection })
  pages.route('/_sandbox', controlApp({ keys, faults, time, rollWebhookSecret }))
  pages.route('/', fileContents(context, keys, world.requestIds))
  serve(server, api, getRequestListener(pages.fetch, { overrideGlobalObjects: false }))
  const forget = (): void =>
    store.transaction(() => {
      forgetExpired(store, wallClock.now())
      forgetEvents(store, ownClock.now())
    })
  forget()
  const stops = [
    repeat({ name: 'due work', everyMs: 500, work: catchUp, onError }),
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
    await advances.close()
    await deliverer.close()
    store.close()
  }
  let closing: Promise<void> | undefined
  if (options.fixtures && isNew) {
    const stripe = new Stripe(apiKey, {
      host: reachableName(host),
      port,
      protocol: 'http',
      maxNetworkRetries: 0,
    })
    await runFixtures(stripe, options.fixtures).catch(async (error: unknown) => {
      await close()
      throw error
    })
  }

  return {
    url: world.origin,
    host: reachableName(host),
    port,
    protocol: 'http',
    apiKey,
    publishableKey,
    get webhookSecret() {
      return webhookId === null ? null : (store.get('webhook_endpoint', webhookId)?.secret ?? null)
    },
    faults,
    rollWebhookSecret,
    context,
    world,
    ...time,
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

/** The endpoint for this URL: the one from before the restart, or a new one. Returns its id. */
function ensureWebhook(context: Context, webhook: { url: string; secret?: string }): string {
  const { store, clock } = context
  const existing = [...store.all('webhook_endpoint')].find((endpoint) => endpoint.url === webhook.url)
  const endpoint = existing
    ? { ...existing, secret: webhook.secret ?? existing.secret ?? '', status: 'enabled' }
    : buildWebhookEndpoint(context.ids, {
        url: webhook.url,
        enabledEvents: ['*'],
        created: clock.now(),
        secret: webhook.secret,
      })
  store.transaction(() => store.put('webhook_endpoint', endpoint))
  return endpoint.id
}

/** A host that listens everywhere is reached as localhost. */
function reachableName(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

function reportToStandardError(error: unknown, where: string): void {
  process.stderr.write(`stripe-sandbox ${where}: ${error instanceof Error ? error.stack : String(error)}\n`)
}
