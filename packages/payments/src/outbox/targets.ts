import { type AppEndpoint, isSigningSecret } from '../domain/app-endpoint.ts'
import { APP_EVENT_TYPES, explainUnknownEvents, isWantedEvents, typesOf } from '../domain/app-event-types.ts'
import type { AppEvent, AppEventType } from '../domain/app-events.ts'
import type { Clock } from '../domain/clock.ts'
import { type AddressCheck, createAddressCheck } from './allowed-address.ts'
import { DeliveryFailed, post } from './post.ts'
import { signedHeaders } from './sign.ts'

/** Functions of the host app, by type of event. One that rejects is called again later, with the same `id`. */
export type EventHandlers = {
  [Type in AppEventType]?: (event: Extract<AppEvent, { type: Type }>) => unknown
}

/** Who gets the app's events, each with a progress of its own. */
export interface Target {
  /** `handlers`, or the URL of the endpoint. */
  name: string
  /** What it wants. Null: everything, also types to come. */
  types: readonly AppEventType[] | null
  /** Resolves when the event was taken. Rejects with a DeliveryFailed that says so when the target is away. */
  deliver(event: AppEvent): Promise<void>
}

export interface TargetOptions {
  handlers?: EventHandlers | undefined
  endpoints?: readonly AppEndpoint[] | undefined
  /** Own networks that may be delivered to, such as `10.0.0.0/8`. None when left out: only public addresses. */
  networks?: readonly string[] | undefined
}

export const HANDLERS = 'handlers'
const ENDPOINT_TIMEOUT_MS = 15_000
/** Shorter than a queue is claimed for, so that nobody else begins while one is under way. */
const HANDLER_TIMEOUT_MS = 30_000

/** @throws RangeError for an endpoint that could never be delivered to, or that asks for what there is not */
export function targetsOf(
  { handlers, endpoints = [], networks = [] }: TargetOptions,
  clock: Clock,
): Target[] {
  const check = createAddressCheck(networks)
  const targets = endpoints.map((endpoint) => endpointTarget(endpoint, check, clock))
  const names = targets.map(({ name }) => name)
  if (new Set(names).size < names.length) throw new RangeError('outbox.endpoints names one URL twice')
  return handlers === undefined ? targets : [handlerTarget(handlers, clock), ...targets]
}

function endpointTarget(
  { url: text, secrets, types: words = ['*'] }: AppEndpoint,
  { isAllowed, isOwn }: AddressCheck,
  clock: Clock,
): Target {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol))
    throw new RangeError(`outbox.endpoints: ${text} is no http(s) URL`)
  if (url.username !== '' || url.password !== '')
    throw new RangeError('outbox.endpoints: a URL must not hold a user name or password')
  if (secrets.length === 0 || !secrets.every(isSigningSecret))
    throw new RangeError(
      `outbox.endpoints: ${url.href} needs secrets such as whsec_ and 24 to 64 bytes in base64`,
    )
  const unknown = words.find((word) => !isWantedEvents(word))
  if (unknown !== undefined) throw new RangeError(`outbox.endpoints: ${explainUnknownEvents(unknown)}`)
  if (words.length === 0)
    throw new RangeError(
      `outbox.endpoints: ${url.href} asks for no event; leave \`types\` out for all of them`,
    )
  return {
    name: url.href,
    types: typesOf(words),
    async deliver(event) {
      const body = JSON.stringify(event)
      const signed = signedHeaders(secrets, { id: event.id, body, at: clock.now() })
      const headers = { ...signed, 'content-type': 'application/json', 'user-agent': 'Billhook' }
      // What is not encrypted stays within the own networks.
      const mayGoTo = url.protocol === 'https:' ? isAllowed : isOwn
      await post(url, headers, body, { isAllowed: mayGoTo, timeoutMs: ENDPOINT_TIMEOUT_MS })
    },
  }
}

function handlerTarget(handlers: EventHandlers, clock: Clock): Target {
  return {
    name: HANDLERS,
    types: APP_EVENT_TYPES.filter((type) => handlers[type] !== undefined),
    async deliver(event) {
      // The handler under a type takes events of that type: TypeScript loses that on the way through a look-up.
      const handle = handlers[event.type] as ((event: AppEvent) => unknown) | undefined
      // Another process wants it, with newer code perhaps: to pass it over would take it from that one.
      if (!handle) throw new DeliveryFailed(`this process has no handler of ${event.type}, another one has`)
      const taken = new AbortController()
      const tooLong = clock.wait(HANDLER_TIMEOUT_MS, taken.signal).then(() => {
        if (!taken.signal.aborted)
          throw new DeliveryFailed(
            `the handler of ${event.type} took more than ${HANDLER_TIMEOUT_MS / 1000} s`,
            { isAway: true },
          )
      })
      try {
        await Promise.race([Promise.resolve(handle(event)), tooLong])
      } finally {
        taken.abort()
      }
    },
  }
}
