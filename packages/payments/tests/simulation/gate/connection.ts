import { connect as dial, type NetConnectOpts, type Socket } from 'node:net'
import type { Framing } from './framing.ts'

/** One question on its way, held until it is let through. */
export interface Passage {
  id: number
  replica: string
  line: 'database' | 'stripe'
  what: string
  connection: HeldConnection
}

export interface HeldOptions {
  replica: string
  line: Passage['line']
  server: NetConnectOpts
  questions: Framing
  answers: Framing
  nextId(): number
  onHeld(passage: Passage): void
  onAnswered(connection: HeldConnection): void
}

/**
 * A connection of a replica through the gate. A question is collected until it is whole and then held; answers go back as they
 * come, and their end is told. One question at a time: both protocols, as our drivers use them, ask one after the other.
 */
export class HeldConnection {
  readonly replica: string
  readonly line: Passage['line']
  /** The server process behind a database connection. */
  processId: number | null = null
  readonly #client: Socket
  readonly #server: Socket
  #held: Buffer[] = []
  #isAsking: boolean
  #isAnswerLost = false

  constructor(client: Socket, options: HeldOptions) {
    this.replica = options.replica
    this.line = options.line
    // A database greets first: until then the connection is busy.
    this.#isAsking = options.line === 'database'
    this.#client = client
    this.#server = dial(options.server)
    client.setNoDelay(true)
    client.on('data', (chunk: Buffer) => this.#collect(chunk, options))
    this.#server.on('data', (chunk: Buffer) => this.#answer(chunk, options))
    for (const [socket, other] of [
      [client, this.#server],
      [this.#server, client],
    ] as const) {
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        this.#isAsking = false
        other.destroy()
      })
    }
  }

  /** True between the moment a question is let through and the end of its answer, and until a database has greeted. */
  get isAsking(): boolean {
    return this.#isAsking
  }

  /** @param isAnswerLost the server does what was asked, and the connection breaks instead of its answer */
  letThrough(isAnswerLost = false): void {
    this.#isAsking = true
    this.#isAnswerLost = isAnswerLost
    for (const bytes of this.#held) this.#server.write(bytes)
    this.#held = []
  }

  cut(): void {
    this.#client.destroy()
    this.#server.destroy()
  }

  #collect(chunk: Buffer, options: HeldOptions): void {
    for (const message of options.questions.push(chunk)) {
      if (message.isFree) {
        this.#server.write(message.bytes)
        continue
      }
      this.#held.push(message.bytes)
      if (!message.isEnd) continue
      const { replica, line } = options
      options.onHeld({ id: options.nextId(), replica, line, what: message.what, connection: this })
    }
  }

  #answer(chunk: Buffer, options: HeldOptions): void {
    let isAnswered = false
    for (const message of options.answers.push(chunk)) {
      if (message.processId !== undefined) this.processId = message.processId
      isAnswered ||= message.isEnd && this.#isAsking
    }
    if (!this.#client.destroyed && !this.#isAnswerLost) this.#client.write(chunk)
    if (!isAnswered) return
    this.#isAsking = false
    if (this.#isAnswerLost) this.cut()
    options.onAnswered(this)
  }
}
