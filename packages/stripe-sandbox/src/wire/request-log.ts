import type { ApiCall } from './api-call.ts'

export interface RequestLogLimits {
  /** Default 1000. */
  entries?: number
  /** Of all parameters and answers together. Default 16 million. */
  characters?: number
}

/** The newest calls with the API, in memory only. The oldest go first. */
export class RequestLog {
  /** A ring: the call with number n is at n modulo its length. A Map would cost as much as the rest of a simple call. */
  readonly #ring: (ApiCall | undefined)[]
  readonly #mostCharacters: number
  #characters = 0
  /** Number of the oldest that is kept. */
  #oldest = 0
  #seen = 0

  constructor(limits: RequestLogLimits = {}) {
    this.#ring = Array.from({ length: limits.entries ?? 1000 }, () => undefined)
    this.#mostCharacters = limits.characters ?? 16_000_000
  }

  /** How many there ever were: grows with each. */
  get seen(): number {
    return this.#seen
  }

  add(call: ApiCall): void {
    if (this.#seen - this.#oldest === this.#ring.length) this.#forgetOldest()
    this.#ring[this.#seen % this.#ring.length] = call
    this.#seen += 1
    this.#characters += sizeOf(call)
    // The newest stays, however large it is.
    while (this.#characters > this.#mostCharacters && this.#oldest < this.#seen - 1) this.#forgetOldest()
  }

  get(requestId: string): ApiCall | undefined {
    return this.#ring.find((call) => call?.requestId === requestId)
  }

  newestFirst(): ApiCall[] {
    const found: ApiCall[] = []
    for (let n = this.#seen - 1; n >= this.#oldest; n -= 1) {
      const call = this.#ring[n % this.#ring.length]
      if (call) found.push(call)
    }
    return found
  }

  #forgetOldest(): void {
    const at = this.#oldest % this.#ring.length
    const call = this.#ring[at]
    if (call) this.#characters -= sizeOf(call)
    this.#ring[at] = undefined
    this.#oldest += 1
  }
}

function sizeOf({ query, body, answer }: ApiCall): number {
  return query.length + body.length + answer.length
}
