import { lookup as resolve } from 'node:dns'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'

export interface PostOptions {
  isAllowed(address: string): boolean
  timeoutMs: number
}

/** The endpoint cannot be reached, or must not be, or did not take it. */
export class DeliveryFailed extends Error {
  override readonly name = 'DeliveryFailed'
  /** The Retry-After of the answer, as it came. */
  readonly retryAfter: string | undefined
  /** No answer of its own, whatever it is sent. Any other failure may be of this one event: it shows that somebody is there. */
  readonly isAway: boolean

  constructor(message: string, { cause, retryAfter, isAway = false }: DeliveryFailedOptions = {}) {
    super(message, { cause })
    this.retryAfter = retryAfter
    this.isAway = isAway
  }
}

interface DeliveryFailedOptions {
  cause?: unknown
  retryAfter?: string | undefined
  isAway?: boolean
}

/** Those with which an endpoint may ask for a pause. */
const BUSY = [429, 503]
/** Those of a proxy that does not reach what is behind it; the last ones are Cloudflare's. */
const AWAY = [429, 502, 503, 504, 521, 522, 523, 524]

/** As much of an answer as an operator wants to see. */
const MOST_ANSWER_BYTES = 500

/**
 * Posts JSON, and resolves when the answer is 2xx. Every address that the name has is checked, and the connection goes to one
 * of those checked: there is no second look-up that could answer otherwise. Redirects are not followed: where they lead was checked by nobody.
 * Throws DeliveryFailed with what an operator has to know.
 */
export async function post(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  options: PostOptions,
): Promise<void> {
  const hostname = url.hostname.replace(/^\[|\]$/g, '')
  // A literal address is connected to without a look-up.
  if (isIP(hostname) !== 0 && !options.isAllowed(hostname)) throw refusal(hostname)
  const answer = await send(url, headers, body, options)
  if (answer.status >= 200 && answer.status < 300) return
  const hint = answer.status >= 300 && answer.status < 400 ? ' (redirects are not followed)' : ''
  const retryAfter = BUSY.includes(answer.status) ? answer.retryAfter : undefined
  throw new DeliveryFailed(`answered ${answer.status}${hint}: ${answer.text}`.trimEnd(), {
    retryAfter,
    isAway: AWAY.includes(answer.status),
  })
}

interface Answer {
  status: number
  text: string
  retryAfter: string | undefined
}

function send(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  { isAllowed, timeoutMs }: PostOptions,
): Promise<Answer> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((done, fail) => {
    const sending = request(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      lookup: createCheckedLookup(isAllowed),
      // A connection of its own: one that is kept would outlive the check.
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
    })
    sending.on('response', (response) => {
      const { statusCode: status = 0, headers } = response
      readStart(response)
        .then((text) => done({ status, text, retryAfter: headers['retry-after'] }))
        .catch((error: Error) => fail(explained(error, timeoutMs)))
    })
    sending.on('error', (error) => fail(explained(error, timeoutMs)))
    sending.end(body)
  })
}

/** Reads the first few bytes and closes: an answer without an end must not hold anything. */
async function readStart(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of response) {
    parts.push(part)
    length += part.length
    if (length >= MOST_ANSWER_BYTES) break
  }
  response.destroy()
  return Buffer.concat(parts).subarray(0, MOST_ANSWER_BYTES).toString('utf8').replaceAll(/\s+/g, ' ')
}

/** One name can have a public and a private address: all have to be in order, or the next connection goes to the other. */
function createCheckedLookup(isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, [])
      const wrong = addresses.find(({ address }) => !isAllowed(address))
      if (wrong) return callback(refusal(wrong.address), [])
      const [first] = addresses
      if (!first) return callback(new DeliveryFailed(`${hostname} has no address`, { isAway: true }), [])
      if (options.all) return callback(null, addresses)
      callback(null, first.address, first.family)
    })
  }
}

function refusal(address: string): DeliveryFailed {
  return new DeliveryFailed(`refused: ${address} is not a public address (see APP_WEBHOOK_NETWORKS)`, {
    isAway: true,
  })
}

function explained(error: Error, timeoutMs: number): Error {
  if (error instanceof DeliveryFailed) return error
  const reason =
    error.name === 'TimeoutError' || error.name === 'AbortError'
      ? `no answer in ${timeoutMs} ms`
      : error.message
  return new DeliveryFailed(reason, { cause: error, isAway: true })
}
