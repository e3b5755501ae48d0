import type { SandboxClock } from '../clock.ts'
import type { Store } from '../store/store.ts'
import type { Delivery, DeliveryAttempt } from './delivery.ts'
import { outgoing } from './outgoing.ts'
import { keepAliveAgents, post } from './post.ts'

export interface DeliveryTiming {
  /** How long an endpoint may take to answer. Default 10 s. */
  timeoutMs?: number
  /** Deliveries in flight to one endpoint at a time. Default 16. */
  concurrency?: number
  /** Wait before the second attempt; doubles with every further one up to an hour. Default 1 s. */
  firstRetryMs?: number
}

export interface DelivererOptions extends DeliveryTiming {
  store: Store
  /** Deliveries run in real time, whatever the sandbox's clock says: receivers check the age of a signature. */
  wallClock: SandboxClock
  /** Told when an attempt could not be recorded. The delivery is due again at the next start. */
  onError: (error: unknown, where: string) => void
}

interface Answered {
  /** The delivery's. */
  id: string
  attempt: DeliveryAttempt
}

const giveUpAfterMs = 3 * 24 * 3600 * 1000
const longestRetryMs = 3600 * 1000

/**
 * Delivers stored events. Every state is in the store, so a restart goes on where it was: a delivery is due at
 * `nextAttemptAtMs`, and is over when that is null. In memory there is only which deliveries wait at which endpoint
 * (`#queues`, in the order in which they became due), which are being sent (`#sending`), a timer for each later one, and the
 * answers that came in this turn of the event loop (`#answered`): they are written down together, in one transaction.
 * An attempt that the process does not live to record is made again: at least once, as with Stripe.
 *
 * Deliveries whose trouble is a window wait in `#windows` until it opens, and then go out one by one in the order of their
 * places: the next one when the one before was answered, so that the order at the receiver is the order that was drawn.
 */
export class Deliverer {
  readonly #store: Store
  readonly #wallClock: SandboxClock
  readonly #onError: DelivererOptions['onError']
  readonly #timeoutMs: number
  readonly #concurrency: number
  readonly #firstRetryMs: number
  readonly #agents = keepAliveAgents()
  readonly #abort = new AbortController()
  readonly #queues = new Map<string, Set<string>>()
  readonly #sending = new Map<string, Set<Promise<void>>>()
  readonly #timers = new Map<string, NodeJS.Timeout>()
  readonly #windows = new Map<string, Delivery[]>()
  #answered: Answered[] = []
  readonly #unsubscribe: () => void
  #isClosed = false

  constructor(options: DelivererOptions) {
    this.#store = options.store
    this.#wallClock = options.wallClock
    this.#onError = options.onError
    this.#timeoutMs = options.timeoutMs ?? 10_000
    this.#concurrency = options.concurrency ?? 16
    this.#firstRetryMs = options.firstRetryMs ?? 1000
    this.#unsubscribe = this.#store.onCommit((changes) => {
      for (const change of changes) if (change.table === 'delivery') this.#schedule(change.id)
    })
    for (const delivery of [...this.#store.all('delivery')].reverse()) this.#schedule(delivery.id)
  }

  /** Ends deliveries in order: those in flight have `graceMs` to finish; what is cut off is due again at the next start. */
  async close(graceMs = 1000): Promise<void> {
    this.#isClosed = true
    this.#unsubscribe()
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
    const inFlight = Promise.all([...this.#sending.values()].flatMap((sending) => [...sending]))
    const cutOff = setTimeout(() => this.#abort.abort(), graceMs)
    await inFlight
    clearTimeout(cutOff)
    this.#record()
    this.#agents.http.destroy()
    this.#agents.https.destroy()
  }

  #schedule(id: string): void {
    const delivery = this.#store.get('delivery', id)
    if (this.#isClosed || !delivery || delivery.nextAttemptAtMs === null) return
    // What is written last holds: a delivery that waits for its next attempt may have been made due now.
    clearTimeout(this.#timers.get(id))
    this.#timers.delete(id)
    const opensAtMs = delivery.trouble?.window?.opensAtMs
    if (opensAtMs === delivery.nextAttemptAtMs) this.#hold(delivery, opensAtMs)
    else this.#at(delivery.nextAttemptAtMs, id, () => this.#enqueue(delivery))
  }

  #at(atMs: number, timerId: string, work: () => void): void {
    const waitMs = atMs - this.#wallClock.nowMs()
    if (waitMs <= 0) {
      work()
      return
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timerId)
      work()
    }, waitMs)
    this.#timers.set(timerId, timer)
  }

  #hold(delivery: Delivery, opensAtMs: number): void {
    const id = `${delivery.endpointId} ${opensAtMs}`
    const held = this.#windows.get(id)
    if (held) {
      if (!held.some((each) => each.id === delivery.id)) held.push(delivery)
      return
    }
    this.#windows.set(id, [delivery])
    this.#at(opensAtMs, id, () => setImmediate(() => this.#open(id)))
  }

  #open(windowId: string): void {
    const held = this.#windows.get(windowId) ?? []
    this.#windows.delete(windowId)
    const place = ({ trouble }: Delivery): number => trouble?.window?.place ?? 0
    held.sort((a, b) => place(a) - place(b))
    const endpointId = held[0]?.endpointId ?? ''
    const oneByOne = async (): Promise<void> => {
      for (const { id } of held) if (!this.#isClosed) await this.#attempt(id)
    }
    this.#track(endpointId, oneByOne(), windowId)
  }

  #enqueue({ id, endpointId }: Delivery): void {
    const queue = this.#queues.get(endpointId)
    if (queue) queue.add(id)
    else this.#queues.set(endpointId, new Set([id]))
    this.#pump(endpointId)
  }

  #pump(endpointId: string): void {
    const queue = this.#queues.get(endpointId) ?? new Set()
    for (const id of queue) {
      if (this.#isClosed || (this.#sending.get(endpointId)?.size ?? 0) >= this.#concurrency) return
      queue.delete(id)
      this.#track(endpointId, this.#attempt(id), id)
    }
  }

  /** Counts what is being sent to an endpoint until it is over. */
  #track(endpointId: string, work: Promise<void>, name: string): void {
    const sending = this.#sending.get(endpointId) ?? new Set()
    this.#sending.set(endpointId, sending)
    const tracked = work
      .catch((error: unknown) => this.#onError(error, `delivery ${name}`))
      .finally(() => {
        sending.delete(tracked)
        this.#pump(endpointId)
      })
    sending.add(tracked)
  }

  async #attempt(id: string): Promise<void> {
    const delivery = this.#store.get('delivery', id)
    if (!delivery || delivery.nextAttemptAtMs === null) return
    const request = outgoing(this.#store, delivery, this.#wallClock.nowMs())
    if (!request) {
      this.#store.transaction(() => this.#store.put('delivery', { ...delivery, nextAttemptAtMs: null }))
      return
    }
    const result = await post(request.url, request.payload, request.headers, {
      agents: this.#agents,
      timeoutMs: this.#timeoutMs,
      signal: this.#abort.signal,
    })
    if (this.#abort.signal.aborted) return
    // The next delivery need not wait for the disk: what is lost with the process is only that this one arrived.
    if (this.#answered.length === 0) setImmediate(() => this.#record())
    this.#answered.push({ id, attempt: { at: this.#wallClock.now(), ...result } })
  }

  #record(): void {
    const answered = this.#answered
    this.#answered = []
    try {
      this.#store.transaction(() => {
        for (const { id, attempt } of answered) this.#recordOne(id, attempt)
      })
    } catch (error) {
      // An edge of the process: nobody awaits this turn of the event loop.
      this.#onError(error, `recording ${answered.length} deliveries`)
    }
  }

  #recordOne(id: string, attempt: DeliveryAttempt): void {
    const delivery = this.#store.get('delivery', id)
    // Its endpoint was deleted meanwhile.
    if (delivery === undefined) return
    const isDelivered = attempt.status !== null && attempt.status >= 200 && attempt.status < 300
    const attempts = [...delivery.attempts, attempt]
    this.#store.put('delivery', {
      ...delivery,
      attempts,
      nextAttemptAtMs: isDelivered ? null : this.#nextAttemptAtMs(attempts),
      deliveredAt: isDelivered ? attempt.at : null,
    })
  }

  /** Unix milliseconds; null after three days of trying. */
  #nextAttemptAtMs(attempts: readonly DeliveryAttempt[]): number | null {
    const now = this.#wallClock.nowMs()
    const firstAt = attempts[0]?.at ?? this.#wallClock.now()
    const waitMs = Math.min(this.#firstRetryMs * 2 ** (attempts.length - 1), longestRetryMs)
    return now + waitMs > firstAt * 1000 + giveUpAfterMs ? null : now + waitMs
  }
}
