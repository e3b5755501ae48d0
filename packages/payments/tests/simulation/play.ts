import type { Stripe } from '../../src/stripe/client.ts'
import { Fates, isStripeFault, ruleFor } from './fates.ts'
import type { Passage } from './gate/gate.ts'
import { doMove } from './moves.ts'
import { checkAlways } from './oracle/always.ts'
import { noteDelivery } from './oracle/inbox.ts'
import { untilQuiet } from './quiet.ts'
import type { Answer } from './replica.ts'
import type { Fate, Move, Schedule } from './schedule.ts'
import type { Owner, World } from './world.ts'

/** Between two moves that wait for quiet, so that what was told is delivered meanwhile. */
const LOOK_MS = 600
/** Longer than a lease lasts and than any request has patience. */
const OUTLAST_MS = 100_000
/** Passages after which a schedule cannot be worth more. */
const MOST_STEPS = 20_000
/** Passages until a replica that died is back. */
const RESTART_AFTER = 40
/** Passages until Stripe sends an event again that was not taken, and how often it does. */
const RESEND_AFTER = 60
const MOST_SENDS = 3

/** A question that something happens to. */
interface Held {
  /** The step from which it may pass. */
  until: number | 'outlasted'
  /** What happens then. */
  fate: Fate | null
  /** How far the others have come behind its back. */
  outlasted: number
}

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
  readonly #held = new Map<number, Held>()
  readonly #seen = new Set<number>()
  #due: Due[] = []
  #moves: Move[]
  #eventsSeen = 0
  #underWay = 0
  /** Times that only waiting was left, since something began. */
  #waits = 0
  #hasLooked = false
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
    const moves = this.#moves
    this.#moves = []
    for (let count = 0; count < this.#schedule.replicas; count++) {
      await this.#startReplica()
      await this.#untilNothingIsLeft()
    }
    this.#moves = moves
    this.#fates.begin()
    this.#planNextMove(this.steps)
    await this.#untilNothingIsLeft()
  }

  /** Nothing goes wrong any more, and so much time passes. One replica is enough now. */
  async pass(milliseconds: number): Promise<void> {
    this.#fates.end()
    this.world.app?.recover()
    for (const replica of this.world.living().slice(1)) replica.die()
    if (this.world.living().length === 0) await this.#startReplica()
    await this.world.moveTimeTo(this.world.time.nowMs + milliseconds)
    this.#note(`${milliseconds / 1000} s pass`)
    await this.#untilNothingIsLeft()
  }

  /** One more question of an owner, when all is quiet; null when nobody answers. */
  async ask(path: string, owner: Owner): Promise<Answer | null> {
    let answer: Answer | null = null
    const replica = this.world.replica(0)
    if (replica) {
      this.#track(
        replica.ask('GET', path, owner).then((given) => {
          answer = given
        }),
      )
    }
    await this.#untilNothingIsLeft()
    return answer
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
      ...[...this.#held.values()].map(({ until }) =>
        until === 'outlasted' ? Number.POSITIVE_INFINITY : until,
      ),
    )
    if (Number.isFinite(nextStep)) {
      this.steps = Math.max(this.steps, nextStep)
      return true
    }
    const outlasting = [...this.#held].find(([, held]) => held.until === 'outlasted')
    if (outlasting) return await this.#outlast(...outlasting)
    const [move] = this.#moves
    if (move && this.#due.length === 0 && this.#underWay === 0) {
      if (this.world.app && !this.#hasLooked) {
        this.#hasLooked = true
        await this.world.moveTimeTo(this.world.time.nowMs + LOOK_MS)
      } else this.#beginMove()
      return true
    }
    if (this.#underWay === 0) return false
    const nextMs = this.world.time.nextDueMs()
    if (nextMs === null) throw new Error('a request waits for nothing')
    // In longer and longer steps: who asks again every few milliseconds need not be heard each time.
    this.#waits++
    await this.world.moveTimeTo(Math.max(nextMs, this.world.time.nowMs + Math.min(this.#waits * 50, 1_000)))
    return true
  }

  /**
   * Everything else goes on behind the back of a question that is held: a move, then so much time that no lease is left, then another
   * move. Nobody waits so long for Stripe: a call to it has been given up by then.
   */
  async #outlast(id: number, held: Held): Promise<boolean> {
    const stage = held.outlasted++
    if (stage === 1) {
      await this.world.moveTimeTo(this.world.time.nowMs + OUTLAST_MS)
      this.#note(`${OUTLAST_MS / 1000} s pass`)
    } else if (stage < 3 && this.#moves[0]?.after === 'idle') {
      this.#beginMove()
    } else if (stage >= 3) {
      const isCall = this.world.gate.waiting().some((each) => each.id === id && each.line === 'stripe')
      this.#held.set(id, { ...held, until: this.steps, fate: isCall ? { kind: 'lose question' } : null })
    }
    return true
  }

  #mayPass({ id }: Passage): boolean {
    const until = this.#held.get(id)?.until ?? 0
    return until !== 'outlasted' && until <= this.steps
  }

  #giveFates(): void {
    for (const passage of this.world.gate.waiting()) {
      if (this.#seen.has(passage.id)) continue
      this.#seen.add(passage.id)
      const fate = this.#fates.of(passage)
      if (fate) this.#held.set(passage.id, { ...this.#holdFor(fate), outlasted: 0 })
      if (fate) this.faults++
      if (fate) this.#note(`${passage.replica} ${passage.what}: ${fate.kind}`)
    }
    const waiting = new Set(this.world.gate.waiting().map(({ id }) => id))
    for (const id of this.#held.keys()) if (!waiting.has(id)) this.#held.delete(id)
  }

  #holdFor(fate: Fate): Pick<Held, 'until' | 'fate'> {
    if (fate.kind === 'outlast') return { until: 'outlasted', fate: null }
    if (fate.kind === 'hold') return { until: this.steps + fate.passages, fate: null }
    return { until: this.steps, fate }
  }

  async #letThrough(passage: Passage): Promise<void> {
    const fate = this.#held.get(passage.id)?.fate ?? null
    this.#held.delete(passage.id)
    this.steps++
    this.#note(`${passage.replica} ${passage.line}: ${passage.what}${fate ? ` [${fate.kind}]` : ''}`)
    const { gate } = this.world
    if (passage.line === 'database' && passage.what === 'rollback') this.world.undone++
    this.world.app?.notePassage(passage)
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
    this.#hasLooked = false
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

  #planDelivery(event: Stripe.Event, how: { after: number; replica: number; sends: number }): void {
    const deliver = async () => {
      const answer = await this.world.replica(how.replica)?.deliver(event)
      if (answer) await this.world.atOnce(noteDelivery(this.world, event, answer.status))
      if (answer?.status === 200 || how.sends + 1 >= MOST_SENDS) return
      this.#planDelivery(event, { after: RESEND_AFTER, replica: how.replica + 1, sends: how.sends + 1 })
    }
    this.#due.push({ step: this.steps + how.after, begin: () => this.#track(deliver()) })
  }

  #track(work: Promise<unknown>): void {
    this.#underWay++
    this.#waits = 0
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
