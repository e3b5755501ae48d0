import Stripe from 'stripe'
import type { Includables } from '../api/includables.ts'
import type { SandboxClock } from '../clock.ts'
import type { Context } from '../context.ts'
import { emitter } from '../events/emit.ts'
import { newId } from '../ids.ts'
import type { Store } from '../store/store.ts'
import type { ApiCall } from './api-call.ts'
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

export interface ApiOptions {
  store: Store
  clock: SandboxClock
  /** Real time, for what does not follow the sandbox's clock: idempotency keys, deliveries. */
  wallClock: SandboxClock
  origin: string
  keys: ApiKeys
  routes: readonly Route[]
  includables: Includables
  /** Told of every answer before it is sent, those to requests that were refused too. */
  onAnswer: (call: ApiCall) => void
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
    const requestId = newId('req_')
    const key = head.method === 'POST' ? textOf(head.headers['idempotency-key']) : undefined
    const headers: Record<string, string> = {
      'Content-Type': 'application/json',
      'Request-Id': requestId,
      'Stripe-Version': Stripe.API_VERSION,
      ...(key === undefined ? {} : { 'Idempotency-Key': key }),
    }
    const startedAt = performance.now()
    const told = (answer: ApiAnswer, body: string, hasBegun: boolean): ApiAnswer => {
      this.#options.onAnswer({
        requestId,
        method: head.method,
        path: head.path,
        query: head.query,
        body,
        idempotencyKey: key ?? null,
        userAgent: textOf(head.headers['user-agent']) ?? null,
        apiVersion: textOf(head.headers['stripe-version']) ?? null,
        status: answer.status,
        answer: answer.body,
        hasBegun,
        isReplay: 'Idempotent-Replayed' in answer.headers,
        atMs: this.#options.wallClock.nowMs(),
        tookMs: performance.now() - startedAt,
      })
      return answer
    }
    const refuse = (error: unknown, body = ''): ApiAnswer => {
      const hasBegun = !(error instanceof StripeApiError) || error.isRemembered
      return told(this.#errorAnswer(error, requestId, headers), body, hasBegun)
    }
    let release = (): void => undefined
    try {
      const apiKey = authenticate(textOf(head.headers.authorization), this.#options.keys)
      checkVersion(textOf(head.headers['stripe-version']))
      checkAccount(head.headers)
      const scoped = key === undefined ? undefined : scopedKey(apiKey, key)
      if (scoped !== undefined) release = this.#inFlight.acquire(scoped)
      const answer = (body: string): ApiAnswer => {
        try {
          return told(this.#answer(head, body, requestId, headers, scoped), body, true)
        } catch (error) {
          return refuse(error, body)
        }
      }
      return { answer, refuse, end: release }
    } catch (error) {
      return { answer: (body) => refuse(error, body), refuse: () => refuse(error), end: release }
    }
  }

  #answer(
    head: ApiHead,
    body: string,
    requestId: string,
    headers: Record<string, string>,
    scoped: string | undefined,
  ): ApiAnswer {
    const { target: route, path } = this.#router.find(head.method, head.path)
    const form = { ...decodeForm(head.query), ...decodeForm(body) }
    const parameters = route.read(form)
    const run = (): ApiAnswer => this.#run(route, parameters, path, requestId, headers)
    if (scoped === undefined) return this.#options.store.transaction(run)

    const request = {
      endpoint: `${head.method} ${head.path}`,
      requestHash: hashOfRequest(head.query, body),
      now: this.#options.wallClock.now(),
    }
    const { store } = this.#options
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
      return this.#options.store.transaction(run)
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
    const { store, clock, wallClock, origin, includables } = this.#options
    const request: Context['request'] = { id: requestId, idempotencyKey: headers['Idempotency-Key'] ?? null }
    const emit = emitter(store, clock, wallClock, request)
    const context: Context = { store, clock, origin, emit, request }
    try {
      const { expand: paths, ...others } = parameters
      const answer = expand(context, route.handle(context, others, path), paths, includables)
      return { status: 200, headers, body: JSON.stringify(answer, null, 2) }
    } catch (error) {
      if (error instanceof StripeApiError && error.keepsWrites)
        return this.#errorAnswer(error, requestId, headers)
      throw error
    }
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
    const body = known.toBody(requestId, this.#options.wallClock.now())
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
