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

export type Card = 'good' | 'declined' | 'fails later' | 'disputed'

/** What an operator or the portal changes at Stripe, behind the product's back. */
export const DASHBOARD_MOVES = [
  'change plan',
  'cancel at period end',
  'cancel now',
  'second subscription',
  'refund a part',
  'refund all',
  'lose dispute',
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

const requests: fc.WeightedArbitrary<Move>[] = [
  {
    weight: 6,
    arbitrary: fc.record({ after, do: fc.constant('subscribe'), owner, item: fc.nat(1), replica }),
  },
  { weight: 1, arbitrary: fc.record({ after, do: fc.constant('buy'), owner, item: fc.nat(1), replica }) },
  {
    weight: 6,
    arbitrary: fc.record({
      ...{ after, do: fc.constant('pay'), owner, which: fc.nat(3) },
      card: fc.constantFrom('good', 'good', 'good', 'good', 'declined', 'fails later', 'disputed'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ after, do: fc.constantFrom('confirm', 'cancel', 'read'), owner, replica }),
  },
  { weight: 4, arbitrary: fc.record({ after, do: fc.constantFrom(...DASHBOARD_MOVES), owner }) },
]
const upsets: fc.WeightedArbitrary<Move>[] = [
  {
    weight: 2,
    arbitrary: fc.record({
      ...{ after, do: fc.constant('wait') },
      seconds: fc.constantFrom(5, 65, 200, 3_700, 90_000, 31 * 86_400),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ...{ after, do: fc.constant('skew'), replica },
      seconds: fc.constantFrom(-90, -5, 5, 90),
    }),
  },
  { weight: 1, arbitrary: fc.record({ after, do: fc.constant('break database'), replica }) },
]

const delivery: fc.Arbitrary<Delivery> = fc.record({
  fate: fc.constantFrom('once', 'once', 'once', 'twice', 'never'),
  after: fc.oneof(fc.constant(0), fc.nat(120)),
  replica,
})

const among = fc.constantFrom(...AMONG)
/** Mostly one of the first: of most kinds there are few. */
const nth = fc.oneof({ weight: 2, arbitrary: fc.nat(5) }, { weight: 1, arbitrary: fc.nat(30) })
const hold: fc.Arbitrary<Fate> = fc.record({
  kind: fc.constant('hold'),
  passages: fc.integer({ min: 1, max: 120 }),
})
const breakage: fc.Arbitrary<Fate> = fc.record({
  kind: fc.constantFrom('outlast', 'crash before', 'crash after', 'lose question', 'lose answer'),
})
const disturbance: fc.Arbitrary<Disturbance> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ among, nth, fate: hold }) },
  { weight: 3, arbitrary: fc.record({ among, nth, fate: breakage }) },
  {
    weight: 1,
    arbitrary: fc.record({
      ...{ among: fc.constantFrom('fetch', 'call'), nth: fc.nat(8) },
      fate: fc.record({ kind: fc.constantFrom(...STRIPE_FAULTS) }),
    }),
  },
)

const PAID: Move[] = [
  { after: 'idle', do: 'subscribe', owner: 0, item: 0, replica: 0 },
  { after: 'idle', do: 'pay', owner: 0, which: 0, card: 'good' },
]

/** How most lives begin, so that there is something to go wrong. */
const beginning = fc.constantFrom<Move[]>(
  [],
  [{ after: 'idle', do: 'subscribe', owner: 0, item: 0, replica: 0 }],
  PAID,
  // The buyer is back on the success page while the webhooks come.
  [...PAID, { after: 12, do: 'confirm', owner: 0, replica: 1 }],
  // Two tabs.
  [
    { after: 'idle', do: 'subscribe', owner: 0, item: 0, replica: 0 },
    { after: 3, do: 'subscribe', owner: 0, item: 1, replica: 1 },
  ],
  [
    { after: 'idle', do: 'buy', owner: 0, item: 0, replica: 0 },
    { after: 'idle', do: 'pay', owner: 0, which: 0, card: 'good' },
  ],
)
const livesOf = (...moves: fc.WeightedArbitrary<Move>[]) =>
  fc
    .tuple(beginning, fc.array(fc.oneof(...moves), { minLength: 1, maxLength: 7 }))
    .map((parts) => parts.flat())

const replicas = fc.constantFrom(1, 2, 2, 2, 2, 3)
const deliveries = fc.array(delivery, { minLength: 1, maxLength: 5 })
const calm: fc.Arbitrary<Schedule> = fc.record({
  ...{ replicas, deliveries, moves: livesOf(...requests) },
  disturbances: fc.array(fc.record({ among, nth, fate: hold }), { maxLength: 3 }),
})
const rough: fc.Arbitrary<Schedule> = fc.record({
  ...{ replicas, deliveries, moves: livesOf(...requests, ...upsets) },
  disturbances: fc.array(disturbance, { minLength: 1, maxLength: 4 }),
})
/** A sync that outlives its lease, while the life of its customer goes on behind its back. */
const slow: fc.Arbitrary<Schedule> = fc.record({
  ...{ replicas: fc.constantFrom(2, 3), deliveries },
  moves: fc
    .array(
      fc.record({
        after: fc.constant('idle' as const),
        do: fc.constantFrom(...DASHBOARD_MOVES),
        owner: fc.constant(0),
      }),
      {
        ...{ minLength: 2, maxLength: 5 },
      },
    )
    .map((changes) => [...PAID, ...changes]),
  disturbances: fc
    .nat(12)
    .map((nth) => [{ among: 'begin' as const, nth, fate: { kind: 'outlast' as const } }]),
})

export const schedule: fc.Arbitrary<Schedule> = fc.oneof(
  { weight: 2, arbitrary: calm },
  { weight: 5, arbitrary: rough },
  { weight: 1, arbitrary: slow },
)

/** Nobody is late, nothing is lost, and no time is missed: then everybody gets what they asked for, at once. */
export function isCalm({ moves, disturbances }: Schedule): boolean {
  const upsetting = ['skew', 'break database', 'wait', 'delete customer']
  return (
    disturbances.every(({ fate }) => fate.kind === 'hold') &&
    !moves.some((each) => upsetting.includes(each.do))
  )
}
