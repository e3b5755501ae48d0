import type { Exchange } from './exchange.ts'

export interface RequestLogLimits {
  /** Default 1000. */
  entries?: number
  /** Of all parameters and answers together. Default 16 million. */
  characters?: number
}

/** The newest exchanges with the API, in memory only. The oldest go first. */
export class RequestLog {
  /** A ring: the exchange with number n is at n modulo its length. A Map would cost as much as the rest of a simple call. */
  readonly #ring: (Exchange | undefined)[]
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

  add(exchange: Exchange): void {
    if (this.#seen - this.#oldest === this.#ring.length) this.#forgetOldest()
    this.#ring[this.#seen % this.#ring.length] = exchange
    this.#seen += 1
    this.#characters += sizeOf(exchange)
    // The newest stays, however large it is.
    while (this.#characters > this.#mostCharacters && this.#oldest < this.#seen - 1) this.#forgetOldest()
  }

  get(requestId: string): Exchange | undefined {
    return this.#ring.find((exchange) => exchange?.requestId === requestId)
  }

  newestFirst(): Exchange[] {
    const found: Exchange[] = []
    for (let n = this.#seen - 1; n >= this.#oldest; n -= 1) {
      const exchange = this.#ring[n % this.#ring.length]
      if (exchange) found.push(exchange)
    }
    return found
  }

  #forgetOldest(): void {
    const at = this.#oldest % this.#ring.length
    const exchange = this.#ring[at]
    if (exchange) this.#characters -= sizeOf(exchange)
    this.#ring[at] = undefined
    this.#oldest += 1
  }
}

function sizeOf({ query, body, answer }: Exchange): number {
  return query.length + body.length + answer.length
}
