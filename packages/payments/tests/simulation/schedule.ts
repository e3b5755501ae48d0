import fc from 'fast-check'

/** One life of a few owners, with everything that goes wrong on the way. Plain JSON: a failing one is kept as it is. */
export interface Schedule {
  replicas: number
  moves: Move[]
  /** What happens to the first, second, … event on its way; begins anew after the last. */
  deliveries: Delivery[]
  disturbances: Disturbance[]
}

/** @property after so many questions passed since the move before; `idle` waits until nothing is under way */
export type Move = { after: number | 'idle' } & (
  | { do: 'subscribe' | 'buy'; owner: number; item: number; replica: number }
  | { do: 'pay'; owner: number; which: number; card: Card }
  | { do: 'confirm' | 'cancel' | 'read'; owner: number; replica: number }
  | { do: DashboardMove; owner: number }
  | { do: 'wait'; seconds: number }
  | { do: 'skew'; replica: number; seconds: number }
  | { do: 'break database'; replica: number }
)

export type Card = 'good' | 'declined' | 'fails later'

/** What an operator or the portal changes at Stripe, behind the product's back. */
export const DASHBOARD_MOVES = [
  'change plan',
  'cancel at period end',
  'cancel now',
  'second subscription',
  'refund',
  'change address',
  'delete customer',
  'rename product',
] as const
export type DashboardMove = (typeof DASHBOARD_MOVES)[number]

export interface Delivery {
  fate: 'once' | 'twice' | 'never'
  /** So many questions pass first. */
  after: number
  replica: number
}

/** What happens to one question at the gate: the `nth` among those of a kind. */
export interface Disturbance {
  among: Among
  nth: number
  fate: Fate
}

export const AMONG = ['any', 'begin', 'write', 'commit', 'lease', 'fetch', 'call'] as const
/** begin, write, commit, lease: at the database. fetch: a GET to Stripe. call: what changes something at Stripe. */
export type Among = (typeof AMONG)[number]

export type Fate =
  /** Waits until so many others have passed. */
  | { kind: 'hold'; passages: number }
  /** Waits until everything else is done and every lease and patience is over. */
  | { kind: 'outlast' }
  | { kind: 'crash before' | 'crash after' | 'lose question' | 'lose answer' }
  | { kind: StripeFault }

export const STRIPE_FAULTS = [
  'server error',
  'server error after work',
  'rate limit',
  'lock timeout',
  'broken answer',
  'empty list',
] as const
export type StripeFault = (typeof STRIPE_FAULTS)[number]

const owner = fc.constantFrom(0, 0, 0, 1)
const replica = fc.nat(2)
const after = fc.oneof(
  { weight: 3, arbitrary: fc.constant('idle' as const) },
  { weight: 2, arbitrary: fc.nat(60) },
)

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ after, do: fc.constant('subscribe' as const), owner, item: fc.nat(1), replica }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ after, do: fc.constant('buy' as const), owner, item: fc.nat(1), replica }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      ...{ after, do: fc.constant('pay' as const), owner, which: fc.nat(3) },
      card: fc.constantFrom<Card>('good', 'good', 'good', 'declined', 'fails later'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      after,
      do: fc.constantFrom('confirm', 'cancel', 'read' as const),
      owner,
      replica,
    }),
  },
  { weight: 4, arbitrary: fc.record({ after, do: fc.constantFrom(...DASHBOARD_MOVES), owner }) },
  {
    weight: 2,
    arbitrary: fc.record({
      ...{ after, do: fc.constant('wait' as const) },
      seconds: fc.constantFrom(5, 65, 200, 3_700, 90_000, 31 * 86_400),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ...{ after, do: fc.constant('skew' as const), replica },
      seconds: fc.constantFrom(-90, -5, 5, 90),
    }),
  },
  { weight: 1, arbitrary: fc.record({ after, do: fc.constant('break database' as const), replica }) },
)

const delivery: fc.Arbitrary<Delivery> = fc.record({
  fate: fc.constantFrom('once', 'once', 'once', 'twice', 'never'),
  after: fc.oneof(fc.constant(0), fc.nat(120)),
  replica,
})

const hold: fc.Arbitrary<Fate> = fc.oneof(
  fc.record({ kind: fc.constant('hold' as const), passages: fc.integer({ min: 1, max: 120 }) }),
  fc.constant({ kind: 'outlast' as const }),
)
const breakage: fc.Arbitrary<Fate> = fc.record({
  kind: fc.constantFrom('crash before', 'crash after', 'lose question', 'lose answer' as const),
})
const disturbance: fc.Arbitrary<Disturbance> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ among: fc.constantFrom(...AMONG), nth: fc.nat(24), fate: hold }) },
  { weight: 3, arbitrary: fc.record({ among: fc.constantFrom(...AMONG), nth: fc.nat(24), fate: breakage }) },
  {
    weight: 1,
    arbitrary: fc.record({
      ...{ among: fc.constantFrom('fetch', 'call' as const), nth: fc.nat(12) },
      fate: fc.record({ kind: fc.constantFrom(...STRIPE_FAULTS) }),
    }),
  },
)

export const schedule: fc.Arbitrary<Schedule> = fc.record({
  replicas: fc.constantFrom(1, 2, 2, 3),
  moves: fc.array(move, { minLength: 2, maxLength: 9 }),
  deliveries: fc.array(delivery, { minLength: 1, maxLength: 5 }),
  disturbances: fc.array(disturbance, { maxLength: 4 }),
})

/** Nothing goes wrong and no time is missed: then everybody gets what they asked for, at once. */
export function isCalm({ moves, disturbances }: Schedule): boolean {
  const upsetting = ['skew', 'break database', 'wait', 'delete customer']
  return disturbances.length === 0 && !moves.some((each) => upsetting.includes(each.do))
}
