import { Fates, isStripeFault, ruleFor } from './fates.ts'
import type { Passage } from './gate/gate.ts'
import { doMove } from './moves.ts'
import { checkAlways } from './oracle/always.ts'
import { noteDelivery } from './oracle/inbox.ts'
import { untilQuiet } from './quiet.ts'
import type { Fate, Move, Schedule } from './schedule.ts'
import type { World } from './world.ts'

/** Longer than a lease lasts and than any request has patience. */
const OUTLAST_MS = 100_000
/** Passages for which what was outlasted stays away still, unless nothing else is left. */
const BEHIND_ITS_BACK = 200
/** Passages after which a schedule cannot be worth more. */
const MOST_STEPS = 20_000
/** Passages until a replica that died is back. */
const RESTART_AFTER = 40
/** Passages until Stripe sends an event again that was not taken, and how often it does. */
const RESEND_AFTER = 60
const MOST_SENDS = 3

/** Something that begins when so many questions have passed, or as soon as nothing else can go on. */
interface Due {
  step: number
  begin(): void | Promise<void>
}

/**
 * Plays one schedule. Questions pass in the order in which they came to the gate, one at a time, and nothing else moves in between;
 * what a disturbance holds passes later. Moves, deliveries and restarts begin between two questions. When no question may pass,
 * what begins next begins now; when nothing is left but waiting, time goes on.
 */
export class Play {
  readonly world: World
  readonly trace: string[] = []
  readonly #schedule: Schedule
  readonly #fates: Fates
  readonly #held = new Map<number, { until: number; fate: Fate | null } | 'outlasts'>()
  readonly #seen = new Set<number>()
  #due: Due[] = []
  #moves: Move[]
  #eventsSeen = 0
  #underWay = 0
  #failure: unknown = null
  steps = 0
  /** Questions that something happened to. */
  faults = 0

  constructor(world: World, schedule: Schedule) {
    this.world = world
    this.#schedule = schedule
    this.#fates = new Fates(schedule.disturbances)
    this.#moves = [...schedule.moves]
  }

  async run(): Promise<void> {
    for (let count = 0; count < this.#schedule.replicas; count++) await this.#startReplica()
    this.#planNextMove(0)
    await this.#untilNothingIsLeft()
  }

  /** Nothing goes wrong any more, every replica is back, and so much time passes. */
  async pass(milliseconds: number): Promise<void> {
    this.#fates.end()
    if (this.world.living().length === 0) await this.#startReplica()
    await this.world.moveTimeTo(this.world.time.nowMs + milliseconds)
    this.#note(`${milliseconds / 1000} s pass`)
    await this.#untilNothingIsLeft()
  }

  async #untilNothingIsLeft(): Promise<void> {
    for (;;) {
      await untilQuiet(this.world)
      if (this.#failure) throw this.#failure
      this.#takeEvents()
      this.#giveFates()
      if (this.steps > MOST_STEPS) throw new Error(`no rest after ${MOST_STEPS} questions`)
      if (await this.#beginOne(this.steps)) continue
      const next = this.world.gate.waiting().find((passage) => this.#mayPass(passage))
      if (next) await this.#letThrough(next)
      else if (!(await this.#goOnOtherwise())) return
    }
  }

  /** No question may pass. False when there is nothing left to wait for. */
  async #goOnOtherwise(): Promise<boolean> {
    const nextStep = Math.min(
      ...this.#due.map(({ step }) => step),
      ...[...this.#held.values()].map((each) =>
        each === 'outlasts' ? Number.POSITIVE_INFINITY : each.until,
      ),
    )
    if (Number.isFinite(nextStep)) {
      this.steps = Math.max(this.steps, nextStep)
      return true
    }
    for (const [id, held] of this.#held) {
      if (held !== 'outlasts') continue
      const passage = this.world.gate.waiting().find((each) => each.id === id)
      // Nobody waits so long for Stripe: the call has been given up by then. All the others go on first, behind its back.
      const fate: Fate | null = passage?.line === 'stripe' ? { kind: 'lose question' } : null
      this.#held.set(id, { until: this.steps + BEHIND_ITS_BACK, fate })
      await this.world.moveTimeTo(this.world.time.nowMs + OUTLAST_MS)
      this.#note('time outlasts')
      return true
    }
    const [move] = this.#moves
    if (move && this.#due.length === 0 && this.#underWay === 0) {
      this.#beginMove()
      return true
    }
    if (this.#underWay === 0) return false
    const nextMs = this.world.time.nextDueMs()
    if (nextMs === null) throw new Error('a request waits for nothing')
    await this.world.moveTimeTo(nextMs)
    return true
  }

  #mayPass({ id }: Passage): boolean {
    const held = this.#held.get(id)
    return held === undefined || (held !== 'outlasts' && held.until <= this.steps)
  }

  #giveFates(): void {
    for (const passage of this.world.gate.waiting()) {
      if (this.#seen.has(passage.id)) continue
      this.#seen.add(passage.id)
      const fate = this.#fates.of(passage)
      if (fate?.kind === 'outlast') this.#held.set(passage.id, 'outlasts')
      else if (fate?.kind === 'hold')
        this.#held.set(passage.id, { until: this.steps + fate.passages, fate: null })
      else if (fate) this.#held.set(passage.id, { until: this.steps, fate })
      if (fate) this.faults++
      if (fate) this.#note(`${passage.replica} ${passage.what}: ${fate.kind}`)
    }
    const waiting = new Set(this.world.gate.waiting().map(({ id }) => id))
    for (const id of this.#held.keys()) if (!waiting.has(id)) this.#held.delete(id)
  }

  async #letThrough(passage: Passage): Promise<void> {
    const held = this.#held.get(passage.id)
    const fate = held === undefined || held === 'outlasts' ? null : held.fate
    this.#held.delete(passage.id)
    this.steps++
    this.#note(`${passage.replica} ${passage.line}: ${passage.what}${fate ? ` [${fate.kind}]` : ''}`)
    const { gate } = this.world
    if (fate === null) gate.letThrough(passage)
    else if (fate.kind === 'crash before') this.#crash(passage.replica)
    else if (fate.kind === 'lose question') passage.connection.cut()
    else if (fate.kind === 'lose answer') gate.letThrough(passage, true)
    else if (fate.kind === 'crash after') {
      gate.letThrough(passage, true)
      await untilQuiet(this.world)
      this.#crash(passage.replica)
    } else if (isStripeFault(fate.kind)) {
      this.world.sandbox.faults.set({ seed: 1, rules: [ruleFor(fate.kind)] })
      gate.letThrough(passage)
      await untilQuiet(this.world)
      this.world.sandbox.faults.clear()
    }
    if (passage.line === 'stripe' && !passage.what.startsWith('GET ')) {
      await untilQuiet(this.world)
      checkAlways(this.world)
    }
  }

  #crash(name: string): void {
    this.world.replicaNamed(name)?.die()
    this.world.crashes++
    this.#due.push({ step: this.steps + RESTART_AFTER, begin: () => this.#startReplica() })
  }

  async #startReplica(): Promise<void> {
    const replica = await this.world.addReplica()
    this.#note(`${replica.name} starts`)
    this.#track(replica.start())
  }

  /** Begins the next thing that is due. */
  async #beginOne(step: number): Promise<boolean> {
    const due = this.#due.find((each) => each.step <= step)
    if (!due) return false
    this.#due = this.#due.filter((each) => each !== due)
    await due.begin()
    return true
  }

  #planNextMove(step: number): void {
    const [move] = this.#moves
    if (move && move.after !== 'idle')
      this.#due.push({ step: step + move.after, begin: () => this.#beginMove() })
  }

  #beginMove(): void {
    const move = this.#moves.shift()
    if (!move) return
    this.#note(`move: ${JSON.stringify(move)}`)
    this.#track(doMove(this.world, move).then(() => checkAlways(this.world)))
    this.#planNextMove(this.steps)
  }

  #takeEvents(): void {
    const { deliveries } = this.#schedule
    for (; this.#eventsSeen < this.world.events.length; this.#eventsSeen++) {
      const event = this.world.events[this.#eventsSeen]
      const { fate, after, replica } =
        deliveries[this.#eventsSeen % deliveries.length] ?? deliveries[0] ?? ONCE
      if (!event || fate === 'never') continue
      this.#planDelivery(event, { after, replica, sends: 0 })
      if (fate === 'twice') this.#planDelivery(event, { after: after + 1, replica: replica + 1, sends: 0 })
    }
  }

  #planDelivery(event: { id: string }, how: { after: number; replica: number; sends: number }): void {
    const deliver = async () => {
      const answer = await this.world.replica(how.replica)?.deliver(event)
      if (answer) await this.world.atOnce(noteDelivery(this.world, event.id, answer.status))
      if (answer?.status === 200 || how.sends + 1 >= MOST_SENDS) return
      this.#planDelivery(event, { after: RESEND_AFTER, replica: how.replica + 1, sends: how.sends + 1 })
    }
    this.#due.push({ step: this.steps + how.after, begin: () => this.#track(deliver()) })
  }

  #track(work: Promise<unknown>): void {
    this.#underWay++
    work
      .catch((error: unknown) => {
        this.#failure ??= error
      })
      .finally(() => {
        this.#underWay--
      })
  }

  #note(line: string): void {
    this.trace.push(`${this.steps} ${line}`)
  }
}

const ONCE = { fate: 'once', after: 0, replica: 0 } as const
