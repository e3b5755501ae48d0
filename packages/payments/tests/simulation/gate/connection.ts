import { connect as dial, type NetConnectOpts, type Socket } from 'node:net'
import type { Framing } from './framing.ts'

/** Whom it is for. The app is who gets the app events. */
export type Line = 'database' | 'stripe' | 'app'

/** One question on its way, held until it is let through. */
export interface Passage {
  id: number
  replica: string
  line: Line
  what: string
  connection: HeldConnection
}

export interface HeldOptions {
  replica: string
  line: Line
  server: NetConnectOpts
  questions: Framing
  answers: Framing
  nextId(): number
  onHeld(passage: Passage): void
  onAnswered(connection: HeldConnection): void
}

/**
 * A connection of a replica through the gate. A question is collected until it is whole and then held; answers go back as they
 * come, and their end is told. A database's questions may be sent before the answers to those before them; each is shown when it could pass,
 * so that they pass one at a time in any case.
 */
export class HeldConnection {
  readonly replica: string
  readonly line: Line
  /** The server process behind a database connection. */
  processId: number | null = null
  readonly #client: Socket
  readonly #server: Socket
  /** Whole questions, the first of which is shown as soon as nothing is under way; and the parts of one that is not whole yet. */
  readonly #questions: { parts: Buffer[]; what: string }[] = []
  #parts: Buffer[] = []
  #isShown = false
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
    this.#isShown = false
    for (const bytes of this.#questions.shift()?.parts ?? []) this.#server.write(bytes)
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
      this.#parts.push(message.bytes)
      if (!message.isEnd) continue
      this.#questions.push({ parts: this.#parts, what: message.what })
      this.#parts = []
    }
    this.#show(options)
  }

  #show(options: HeldOptions): void {
    const [question] = this.#questions
    if (!question || this.#isAsking || this.#isShown) return
    this.#isShown = true
    const { replica, line } = options
    options.onHeld({ id: options.nextId(), replica, line, what: question.what, connection: this })
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
    else this.#show(options)
    options.onAnswered(this)
  }
}
