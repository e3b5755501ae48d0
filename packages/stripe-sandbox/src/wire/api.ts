import Stripe from 'stripe'
import type { Includables } from '../api/includables.ts'
import { type Context, contextAbout, type RequestCause, type World } from '../context.ts'
import { type ApiKeys, authenticate } from './authenticate.ts'
import { notSupportedYet, parameterInvalid } from './error-catalogue.ts'
import { StripeApiError } from './errors.ts'
import { expand } from './expand.ts'
import { decodeForm } from './form.ts'
import { hashOfRequest, type IdempotencyRecord, recall, remember, scopedKey } from './idempotency.ts'
import { InFlightKeys } from './in-flight.ts'
import { type PreparedRoute, prepareRoute } from './prepare-route.ts'
import type { Parameters, Route } from './route.ts'
import { Router } from './router.ts'
import { refuseWhileAdvancing } from './while-advancing.ts'

export interface ApiOptions {
  world: World
  keys: ApiKeys
  routes: readonly Route[]
  includables: Includables
  /** Does what time has made due, so that no request sees a sandbox that is behind its clock. */
  catchUp: () => void
  /** Told of exceptions that are the sandbox's own fault; the answer is Stripe's 500. */
  onUnexpectedError: (error: unknown, requestId: string) => void
}

export interface ApiHead {
  method: string
  /** Without the query. */
  path: string
  query: string
  headers: Readonly<Record<string, string | string[] | undefined>>
}

export interface ApiAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

/** A request whose head was accepted and whose body is still to come. */
export interface ApiRequest {
  answer: (body: string) => ApiAnswer
  /** Answers with an error of the transport instead, such as a body that is too large. */
  refuse: (error: StripeApiError) => ApiAnswer
  /** To be called when it is answered or the client has gone; a second call does nothing. */
  end: () => void
}

/** Stripe's API without its sockets: from the head and the body of a request to the answer. */
export class Api {
  readonly #options: ApiOptions
  readonly #router: Router<PreparedRoute>
  readonly #inFlight = new InFlightKeys()

  constructor(options: ApiOptions) {
    this.#options = options
    this.#router = new Router(options.routes.map(prepareRoute))
  }

  /** Takes the head of a request: authentication and the Idempotency-Key happen here, before the body is read. */
  begin(head: ApiHead): ApiRequest {
    const requestId = this.#options.world.ids.newId('req_')
    const key = head.method === 'POST' ? textOf(head.headers['idempotency-key']) : undefined
    const headers: Record<string, string> = {
      'Content-Type': 'application/json',
      'Request-Id': requestId,
      'Stripe-Version': Stripe.API_VERSION,
      ...(key === undefined ? {} : { 'Idempotency-Key': key }),
    }
    const refuse = (error: unknown): ApiAnswer => this.#errorAnswer(error, requestId, headers)
    let release = (): void => undefined
    try {
      const apiKey = authenticate(textOf(head.headers.authorization), this.#options.keys)
      checkVersion(textOf(head.headers['stripe-version']))
      checkAccount(head.headers)
      const scoped = key === undefined ? undefined : scopedKey(apiKey, key)
      if (scoped !== undefined) release = this.#inFlight.acquire(scoped)
      const answer = (body: string): ApiAnswer => {
        try {
          return this.#answer(head, body, requestId, headers, scoped)
        } catch (error) {
          return refuse(error)
        }
      }
      return { answer, refuse, end: release }
    } catch (error) {
      return { answer: () => refuse(error), refuse: () => refuse(error), end: release }
    }
  }

  #answer(
    head: ApiHead,
    body: string,
    requestId: string,
    headers: Record<string, string>,
    scoped: string | undefined,
  ): ApiAnswer {
    this.#options.catchUp()
    const { target: route, path } = this.#router.find(head.method, head.path)
    const form = { ...decodeForm(head.query), ...decodeForm(body) }
    const parameters = route.read(form)
    const run = (): ApiAnswer => this.#run(route, parameters, path, requestId, headers)
    if (scoped === undefined) return this.#options.world.store.transaction(run)

    const request = {
      endpoint: `${head.method} ${head.path}`,
      requestHash: hashOfRequest(head.query, body),
      now: this.#options.world.wallClock.now(),
    }
    const { store } = this.#options.world
    const known = recall(store, scoped, request)
    if (known) return replay(known, headers)
    return store.transaction(() => {
      const answer = this.#rememberable(run, requestId, headers)
      remember(store, {
        id: scoped,
        endpoint: request.endpoint,
        requestHash: request.requestHash,
        status: answer.status,
        body: answer.body,
        requestId,
        createdAt: request.now,
      })
      return answer
    })
  }

  /** Runs the work as a savepoint, so that an error answer undoes it and can still be remembered beside it. */
  #rememberable(run: () => ApiAnswer, requestId: string, headers: Record<string, string>): ApiAnswer {
    try {
      return this.#options.world.store.transaction(run)
    } catch (error) {
      if (error instanceof StripeApiError && !error.isRemembered) throw error
      return this.#errorAnswer(error, requestId, headers)
    }
  }

  #run(
    route: Route,
    parameters: Parameters,
    path: Record<string, string>,
    requestId: string,
    headers: Record<string, string>,
  ): ApiAnswer {
    const request: RequestCause = { id: requestId, idempotencyKey: headers['Idempotency-Key'] ?? null }
    const context = this.#contextOf(route, parameters, path, request)
    try {
      const { expand: paths, ...others } = parameters
      const { includables } = this.#options
      const answer = expand(context, route.handle(context, others, path), paths, includables)
      return { status: 200, headers, body: JSON.stringify(answer, null, 2) }
    } catch (error) {
      if (error instanceof StripeApiError && error.keepsWrites)
        return this.#errorAnswer(error, requestId, headers)
      throw error
    }
  }

  /** In the time of whoever the request names: by the id in its path, or by a parameter such as `customer`. */
  #contextOf(
    route: Route,
    parameters: Parameters,
    path: Record<string, string>,
    request: RequestCause,
  ): Context {
    const { world } = this.#options
    const named = Object.values(parameters).filter((value) => typeof value === 'string')
    const ids = [...Object.values(path), ...named]
    if (route.method !== 'GET') refuseWhileAdvancing(world.store, ids)
    return contextAbout(world, ids, request)
  }

  #errorAnswer(error: unknown, requestId: string, headers: Record<string, string>): ApiAnswer {
    let known: StripeApiError
    if (error instanceof StripeApiError) known = error
    else {
      this.#options.onUnexpectedError(error, requestId)
      known = new StripeApiError(
        `The sandbox failed to answer this request (${requestId}); its log says why. This is a bug in the sandbox.`,
        { status: 500, type: 'api_error' },
      )
    }
    const body = known.toBody(requestId, this.#options.world.wallClock.now())
    const extra: Record<string, string> = {}
    if (known.status === 409) extra['Stripe-Should-Retry'] = 'true'
    if (known.status === 401) extra['WWW-Authenticate'] = 'Basic realm="Stripe"'
    return { status: known.status, headers: { ...headers, ...extra }, body: JSON.stringify(body, null, 2) }
  }
}

function replay(record: IdempotencyRecord, headers: Record<string, string>): ApiAnswer {
  return {
    status: record.status,
    headers: { ...headers, 'Idempotent-Replayed': 'true', 'Original-Request': record.requestId },
    body: record.body,
  }
}

function checkVersion(version: string | undefined): void {
  if (version === undefined || version === Stripe.API_VERSION) return
  throw parameterInvalid(
    'Stripe-Version',
    `This sandbox speaks Stripe's API version ${Stripe.API_VERSION} only; the request asked for ${version}.`,
  )
}

/** Ignoring these would act on the wrong account. */
function checkAccount(headers: ApiHead['headers']): void {
  for (const name of ['Stripe-Account', 'Stripe-Context']) {
    if (headers[name.toLowerCase()] !== undefined)
      throw notSupportedYet(`Acting for another account (${name})`)
  }
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}
