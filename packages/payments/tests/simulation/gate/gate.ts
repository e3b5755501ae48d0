import { createServer, type NetConnectOpts, type Server } from 'node:net'
import { HeldConnection, type HeldOptions, type Line, type Passage } from './connection.ts'
import { httpFraming } from './http-framing.ts'
import { postgresAnswers, postgresQuestions } from './postgres-framing.ts'
import { Wires } from './wires.ts'

export type { Passage } from './connection.ts'

/** Where a replica finds its database, its Stripe and the app that it tells. */
export interface Doors {
  databasePort: number
  stripePort: number
  appPort: number
}

/**
 * Everything that replicas ask of PostgreSQL, of Stripe and of the app passes here, and each question waits until it is let through. What
 * happens between two questions is visible to nobody else; so the order in which they pass is the whole interleaving of the
 * replicas, and a replica whose questions pass no more is one that has died, at exactly that point.
 */
export class Gate {
  readonly #doors: Server[] = []
  readonly #connections = new Map<string, Set<HeldConnection>>()
  readonly #dead = new Set<string>()
  readonly #waiting = new Map<number, Passage>()
  readonly #listeners = new Set<() => void>()
  readonly #wires = new Wires()
  readonly #servers: Readonly<Record<Line, NetConnectOpts>>
  #lastId = 0

  constructor(servers: Readonly<Record<Line, NetConnectOpts>>) {
    this.#servers = servers
  }

  async open(replica: string): Promise<Doors> {
    const [databasePort, stripePort, appPort] = await Promise.all([
      this.#listen(replica, 'database'),
      this.#listen(replica, 'stripe'),
      this.#listen(replica, 'app'),
    ])
    return { databasePort, stripePort, appPort }
  }

  /** In the order in which they came. */
  waiting(): Passage[] {
    return [...this.#waiting.values()]
  }

  /** The connections whose question is between the gate and its answer. */
  underWay(): HeldConnection[] {
    return [...this.#connections.values()].flatMap((all) => [...all]).filter((each) => each.isAsking)
  }

  /** Whether anything is on its way between a replica and the gate. */
  isCarrying(): boolean {
    return this.#wires.isCarrying()
  }

  /** @param isAnswerLost the answer breaks the connection instead of reaching the replica */
  letThrough(passage: Passage, isAnswerLost = false): void {
    if (!this.#waiting.delete(passage.id)) throw new Error(`passage ${passage.id} does not wait`)
    passage.connection.letThrough(isAnswerLost)
  }

  /** The replica has died: what it asks passes no more, its connections break, and it gets no new ones. */
  kill(replica: string): void {
    this.#dead.add(replica)
    for (const connection of this.#connections.get(replica) ?? []) connection.cut()
    this.#connections.delete(replica)
    for (const [id, passage] of this.#waiting) if (passage.replica === replica) this.#waiting.delete(id)
    this.#tell()
  }

  /** Breaks a replica's connections to one side; it may connect again. */
  breakLine(replica: string, line: Line): void {
    const connections = this.#connections.get(replica)
    for (const connection of [...(connections ?? [])]) {
      if (connection.line !== line) continue
      connection.cut()
      connections?.delete(connection)
      for (const [id, passage] of this.#waiting)
        if (passage.connection === connection) this.#waiting.delete(id)
    }
    this.#tell()
  }

  /** Calls back on the next sign of life: a question that came, an answer that passed, a connection that broke. */
  onNews(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    for (const replica of [...this.#connections.keys()]) this.kill(replica)
    this.#wires.close()
    await Promise.all(this.#doors.map((door) => new Promise((done) => door.close(done))))
  }

  async #listen(replica: string, line: Line): Promise<number> {
    const door = createServer((client) => {
      this.#wires.addEnd(client)
      if (this.#dead.has(replica)) {
        client.destroy()
        return
      }
      const connections = this.#connections.get(replica) ?? new Set()
      this.#connections.set(replica, connections)
      const connection = new HeldConnection(client, this.#optionsFor(replica, line))
      connections.add(connection)
      this.#tell()
      client.on('close', () => {
        connections.delete(connection)
        for (const [id, passage] of this.#waiting) {
          if (passage.connection === connection) this.#waiting.delete(id)
        }
        this.#tell()
      })
    })
    this.#doors.push(door)
    await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve))
    const address = door.address()
    if (typeof address !== 'object' || address === null) throw new Error('the gate has no port')
    this.#wires.addPort(address.port)
    return address.port
  }

  #optionsFor(replica: string, line: Line): HeldOptions {
    const isDatabase = line === 'database'
    return {
      replica,
      line,
      server: this.#servers[line],
      questions: isDatabase ? postgresQuestions() : httpFraming(),
      answers: isDatabase ? postgresAnswers() : httpFraming(),
      nextId: () => ++this.#lastId,
      onHeld: (passage) => {
        this.#waiting.set(passage.id, passage)
        this.#tell()
      },
      onAnswered: () => this.#tell(),
    }
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}
