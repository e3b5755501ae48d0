import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AppEvent } from '../../src/domain/app-events.ts'
import type { Passage } from './gate/connection.ts'
import type { AppAnswer } from './schedule.ts'
import type { VirtualTime } from './virtual-time.ts'

/** A claimed queue is its owner's for so long, and a handler has so much patience. */
const CLAIM_MS = 60_000
const HANDLER_MS = 30_000
/** What is answered late comes when nobody waits for it any more. */
const LATE_MS = HANDLER_MS + 10_000

/** One call of a handler. */
export interface Attempt {
  replica: string
  event: AppEvent
  /** As long as the claim under which it was made lasts, and the handler's own time. */
  ownUntilMs: number
  isOver: boolean
}

/**
 * The app that is told: the handlers of every replica hand what they get to this one server, through the gate. It remembers what it
 * took, takes nothing now and then, and answers too late now and then, although it took what it got.
 */
export class App {
  readonly attempts: Attempt[] = []
  /** What was answered 200, in order; one event again where the product could not know of that. */
  readonly taken: AppEvent[] = []
  /** Found while it happened. */
  readonly problems: string[] = []
  /** Answers that wait for their time. */
  late = 0
  readonly #server: Server
  readonly #time: VirtualTime
  readonly #answers: readonly AppAnswer[]
  readonly #claimedMs = new Map<string, number>()
  #asked = 0
  #isWell = false

  private constructor(time: VirtualTime, answers: readonly AppAnswer[]) {
    this.#time = time
    this.#answers = answers
    this.#server = createServer((request, response) => void this.#answer(request, response))
  }

  static async open(time: VirtualTime, answers: readonly AppAnswer[]): Promise<App> {
    const app = new App(time, answers)
    await new Promise<void>((resolve) => app.#server.listen(0, '127.0.0.1', resolve))
    return app
  }

  get port(): number {
    const address = this.#server.address()
    if (typeof address !== 'object' || address === null) throw new Error('the app has no port')
    return address.port
  }

  /** Before each event that it hands over a replica holds the queue for longer. */
  notePassage({ replica, line, what }: Passage): void {
    if (line === 'database' && /^update .*\boutbox_queues\b.* set "claimed_until" /.test(what))
      this.#claimedMs.set(replica, this.#time.nowMs)
  }

  /** A handler was called. Two at a time of one owner there are only when one has outlived its claim or its patience. */
  begin(replica: string, event: AppEvent): Attempt {
    const nowMs = this.#time.nowMs
    const claimedMs = this.#claimedMs.get(replica) ?? nowMs
    const ownUntilMs = Math.min(claimedMs + CLAIM_MS, nowMs + HANDLER_MS)
    const attempt = { replica, event, ownUntilMs, isOver: false }
    const other = this.attempts.find(
      (each) => !each.isOver && each.event.owner_id === event.owner_id && nowMs < each.ownUntilMs,
    )
    if (other && nowMs < ownUntilMs)
      this.problems.push(
        `${replica} tells ${event.id} of ${event.owner_id} while ${other.replica} tells ${other.event.id}`,
      )
    this.attempts.push(attempt)
    return attempt
  }

  /** From now on all is well. */
  recover(): void {
    this.#isWell = true
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const answer = this.#isWell ? 'take' : (this.#answers[this.#asked++ % this.#answers.length] ?? 'take')
    // Sent by the handlers of a replica.
    if (answer !== 'refuse') this.taken.push(JSON.parse(Buffer.concat(parts).toString('utf8')) as AppEvent)
    if (answer === 'late') await this.#waitFor(response)
    response.writeHead(answer === 'refuse' ? 500 : 200, { 'content-length': '0' }).end()
  }

  async #waitFor(response: ServerResponse): Promise<void> {
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    this.late++
    await this.#time.wait(LATE_MS, gone.signal)
    this.late--
  }
}
