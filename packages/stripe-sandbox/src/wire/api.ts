import Stripe from 'stripe'
import type { Includables } from '../api/includables.ts'
import { type Context, contextAbout, type RequestCause, type World } from '../context.ts'
import { pastInStore } from '../versions/past-in-store.ts'
import { render } from '../versions/render.ts'
import type { ApiCall } from './api-call.ts'
import { type ApiKeys, authenticate } from './authenticate.ts'
import { cutList } from './cut-list.ts'
import type { Disturbance, Disturbances, DisturbedRequest } from './disturbance.ts'
import { notSupportedYet } from './error-catalogue.ts'
import { StripeApiError } from './errors.ts'
import type { AnswerHistory, ApiAnswer, ApiHead, ApiRequest, Exchange } from './exchange.ts'
import { expand } from './expand.ts'
import { withFirstLines } from './first-lines.ts'
import { decodeForm } from './form.ts'
import { hashOfRequest, type IdempotencyRecord, recall, remember, scopedKey } from './idempotency.ts'
import { InFlightKeys } from './in-flight.ts'
import { decodeJson } from './json.ts'
import type { PreparedRoute } from './prepare-route.ts'
import type { Parameters, Route } from './route.ts'
import type { Router } from './router.ts'
import type { Uploads } from './uploads.ts'
import { versionOfRequest } from './version-of-request.ts'
import { refuseWhileAdvancing } from './while-advancing.ts'

export interface ApiOptions {
  world: World
  keys: ApiKeys
  router: Router<PreparedRoute>
  includables: Includables
  disturbances: Disturbances
  /** Does what time has made due, so that no request sees a sandbox that is behind its clock. */
  catchUp: () => void
  /** Told of every answer before it is sent, those to requests that were refused and those that a fault altered too. */
  onAnswer: (call: ApiCall) => void
  /** Told of exceptions that are the sandbox's own fault; the answer is Stripe's 500. */
  onUnexpectedError: (error: unknown, requestId: string) => void
}

/** Stripe's API without its sockets: from the head and the body of a request to the answer. */
export class Api {
  readonly #options: ApiOptions
  readonly #inFlight = new InFlightKeys()

  constructor(options: ApiOptions) {
    this.#options = options
  }

  /** Takes the head of a request: authentication and the Idempotency-Key happen here, before the body is read. */
  begin(head: ApiHead): ApiRequest {
    const requestId = this.#options.world.requestIds.newId('req_')
    const key = head.method === 'POST' ? textOf(head.headers['idempotency-key']) : undefined
    const headers: Record<string, string> = {
      'Content-Type': 'application/json',
      'Request-Id': requestId,
      'Stripe-Version': Stripe.API_VERSION,
      ...(key === undefined ? {} : { 'Idempotency-Key': key }),
    }
    const told = this.#teller(head, headers, key)
    const refuse = (error: unknown, body = ''): ApiAnswer =>
      told(this.#errorAnswer(error, requestId, headers), body, { hasBegun: hasBegun(error) })
    let release = (): void => undefined
    try {
      // Its own time and not the machine's: whoever asks may hold it against the times of objects.
      headers.Date = new Date(this.#options.world.time.clockOf(null).nowMs()).toUTCString()
      const apiKey = authenticate(textOf(head.headers.authorization), this.#options.keys)
      const asked = textOf(head.headers['stripe-version'])
      const version = versionOfRequest(head.method, asked ?? this.#options.world.apiVersion)
      headers['Stripe-Version'] = version
      checkAccount(head.headers)
      const scoped = key === undefined ? undefined : scopedKey(apiKey, key)
      if (scoped !== undefined) release = this.#inFlight.acquire(scoped)
      const exchange = { requestId, headers, scopedKey: scoped, version }
      const answer = (body: string, uploads?: Uploads): ApiAnswer => {
        const whole = uploads === undefined ? exchange : { ...exchange, uploads }
        const { how, ...given } = this.#disturbedAnswer(head, body, whole)
        return told(given, body, how)
      }
      return { answer, refuse, end: release }
    } catch (error) {
      return { answer: (body) => refuse(error, body), refuse: () => refuse(error), end: release }
    }
  }

  /** Tells the observers of an answer, and gives it back. */
  #teller(head: ApiHead, headers: Readonly<Record<string, string>>, key: string | undefined) {
    const startedAt = performance.now()
    return (
      answer: ApiAnswer,
      body: string,
      { hasBegun: began, isDisturbed = false }: AnswerHistory,
    ): ApiAnswer => {
      this.#options.onAnswer({
        requestId: headers['Request-Id'] ?? '',
        method: head.method,
        path: head.path,
        query: head.query,
        body,
        idempotencyKey: key ?? null,
        userAgent: textOf(head.headers['user-agent']) ?? null,
        apiVersion: headers['Stripe-Version'] ?? '',
        status: answer.status,
        answer: answer.body,
        hasBegun: began,
        isDisturbed,
        isReplay: 'Idempotent-Replayed' in answer.headers,
        atMs: this.#options.world.wallClock.nowMs(),
        tookMs: performance.now() - startedAt,
      })
      return answer
    }
  }

  #disturbedAnswer(head: ApiHead, body: string, exchange: Exchange): ApiAnswer & { how: AnswerHistory } {
    const { requestId, headers, scopedKey: scoped } = exchange
    const { method, path, query } = head
    const request = { method, path, query, body, hasIdempotencyKey: scoped !== undefined }
    let disturbance: Disturbance = {}
    let answer: ApiAnswer
    let began = true
    try {
      disturbance = this.#options.disturbances.ofRequest(request)
      const { instead } = disturbance
      if (instead instanceof StripeApiError) throw instead
      if (instead) {
        const how = { hasBegun: false, isDisturbed: true }
        return { status: 500, headers, body: '', transport: instead, how }
      }
      answer = this.#answer(request, exchange, disturbance)
    } catch (error) {
      began = hasBegun(error)
      answer = this.#errorAnswer(error, requestId, headers)
    }
    const how = { hasBegun: began, isDisturbed: Object.keys(disturbance).length > 0 }
    return disturbance.transport ? { ...answer, how, transport: disturbance.transport } : { ...answer, how }
  }

  #answer(request: DisturbedRequest, exchange: Exchange, disturbance: Disturbance): ApiAnswer {
    const { method, query, body } = request
    const { headers, requestId, scopedKey: scoped } = exchange
    this.#options.catchUp()
    const { target: route, path } = this.#options.router.find(method, request.path)
    const decodeBody = request.path.startsWith('/v2/') ? decodeJson : decodeForm
    const parameters = route.read({ ...decodeForm(query), ...decodeBody(body) })
    const run = (): ApiAnswer => {
      const answer = this.#run(route, parameters, path, request, exchange, disturbance)
      const { afterWork } = disturbance
      return afterWork ? this.#errorAnswer(afterWork, requestId, headers) : answer
    }
    if (scoped === undefined) return this.#options.world.store.transaction(run)

    const keyed = {
      endpoint: `${method} ${request.path}`,
      requestHash: hashOfRequest(query, body),
      now: this.#options.world.wallClock.now(),
    }
    const { store } = this.#options.world
    const known = recall(store, scoped, keyed)
    if (known) return replay(known, headers)
    return store.transaction(() => {
      const answer = this.#rememberable(run, requestId, headers)
      remember(store, {
        id: scoped,
        endpoint: keyed.endpoint,
        requestHash: keyed.requestHash,
        status: answer.status,
        body: answer.body,
        requestId,
        createdAt: keyed.now,
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
    request: DisturbedRequest,
    { requestId, headers, version, uploads }: Exchange,
    { searchLagSeconds }: Disturbance,
  ): ApiAnswer {
    const cause: RequestCause = { id: requestId, idempotencyKey: headers['Idempotency-Key'] ?? null }
    const context: Context = {
      ...this.#contextOf(route, parameters, path, cause),
      ...(searchLagSeconds === undefined ? {} : { searchLagSeconds }),
      ...(uploads === undefined ? {} : { uploads }),
    }
    try {
      const { expand: paths, ...others } = parameters
      const { includables, disturbances } = this.#options
      const whole = expand(context, route.handle(context, others, path), paths, includables)
      const shown = render(
        cutList(withFirstLines(whole), () => disturbances.ofList(request)),
        version,
        pastInStore(context.store),
      )
      return { status: 200, headers, body: JSON.stringify(shown, null, 2) }
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
    const extra: Record<string, string> = { ...known.headers }
    if (known.status === 409) extra['Stripe-Should-Retry'] = 'true'
    if (known.status === 401) extra['WWW-Authenticate'] = 'Basic realm="Stripe"'
    return { status: known.status, headers: { ...headers, ...extra }, body: JSON.stringify(body, null, 2) }
  }
}

/** An error that is not remembered came before anything was done. */
function hasBegun(error: unknown): boolean {
  return !(error instanceof StripeApiError) || error.isRemembered
}

function replay(record: IdempotencyRecord, headers: Record<string, string>): ApiAnswer {
  return {
    status: record.status,
    headers: { ...headers, 'Idempotent-Replayed': 'true', 'Original-Request': record.requestId },
    body: record.body,
  }
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
