import type { Exchange } from './exchange.ts'

export interface RequestLogLimits {
  /** Default 1000. */
  entries?: number
  /** Of all parameters and answers together. Default 16 million. */
  characters?: number
}

/** The newest exchanges with the API, in memory only. The oldest go first. */
export class RequestLog {
  readonly #exchanges = new Map<string, Exchange>()
  readonly #mostEntries: number
  readonly #mostCharacters: number
  #characters = 0
  #seen = 0

  constructor(limits: RequestLogLimits = {}) {
    this.#mostEntries = limits.entries ?? 1000
    this.#mostCharacters = limits.characters ?? 16_000_000
  }

  /** How many there ever were: grows with each. */
  get seen(): number {
    return this.#seen
  }

  add(exchange: Exchange): void {
    this.#seen += 1
    this.#exchanges.set(exchange.requestId, exchange)
    this.#characters += sizeOf(exchange)
    // The newest stays, however large it is.
    for (const [id, oldest] of this.#exchanges) {
      const isFull = this.#exchanges.size > this.#mostEntries || this.#characters > this.#mostCharacters
      if (!isFull || oldest === exchange) return
      this.#exchanges.delete(id)
      this.#characters -= sizeOf(oldest)
    }
  }

  get(requestId: string): Exchange | undefined {
    return this.#exchanges.get(requestId)
  }

  newestFirst(): Exchange[] {
    return [...this.#exchanges.values()].reverse()
  }
}

function sizeOf({ query, body, answer }: Exchange): number {
  return query.length + body.length + answer.length
}
