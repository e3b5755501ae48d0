import fc from 'fast-check'
import {
  AMONG,
  type AppAnswer,
  type Card,
  DASHBOARD_MOVES,
  type Delivery,
  type Disturbance,
  type Fate,
  type Move,
  type Schedule,
  STRIPE_FAULTS,
} from './schedule.ts'

const owner = fc.constantFrom(0, 0, 0, 1)
const replica = fc.nat(2)
const after = fc.oneof(
  { weight: 3, arbitrary: fc.constant('idle' as const) },
  { weight: 2, arbitrary: fc.nat(60) },
)

/** Within it a weekly plan is renewed, or is not. */
const WEEK = 8 * 86_400
const CARDS: Card[] = [
  ...Array<Card>(5).fill('good'),
  ...(['declined', 'fails later', 'disputed', 'asks the bank', 'takes no refund'] as const),
]

const requests: fc.WeightedArbitrary<Move>[] = [
  {
    weight: 6,
    arbitrary: fc.record({ after, do: fc.constant('subscribe'), owner, item: fc.nat(2), replica }),
  },
  { weight: 1, arbitrary: fc.record({ after, do: fc.constant('buy'), owner, item: fc.nat(1), replica }) },
  {
    weight: 6,
    arbitrary: fc.record({
      ...{ after, do: fc.constant('pay'), owner, which: fc.nat(3) },
      card: fc.constantFrom<Card>(...CARDS),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ after, do: fc.constantFrom('confirm', 'cancel', 'read'), owner, replica }),
  },
  { weight: 6, arbitrary: fc.record({ after, do: fc.constantFrom(...DASHBOARD_MOVES), owner }) },
]
const upsets: fc.WeightedArbitrary<Move>[] = [
  {
    weight: 2,
    arbitrary: fc.record({
      ...{ after, do: fc.constant('wait') },
      seconds: fc.constantFrom(5, 65, 200, 3_700, 90_000, WEEK, WEEK, 31 * 86_400),
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
  { after: 'idle', do: 'subscribe', owner: 0, item: 2, replica: 0 },
  { after: 'idle', do: 'pay', owner: 0, which: 0, card: 'good' },
]

/** How most lives begin, so that there is something to go wrong. */
const beginning = fc.constantFrom<Move[]>(
  [],
  [{ after: 'idle', do: 'subscribe', owner: 0, item: 0, replica: 0 }],
  PAID,
  // The buyer is back on the success page while the webhooks come.
  [...PAID, { after: 12, do: 'confirm', owner: 0, replica: 1 }],
  // A week that is not paid.
  [...PAID, { after: 'idle', do: 'break card', owner: 0 }, { after: 'idle', do: 'wait', seconds: WEEK }],
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
const app = fc.array(fc.constantFrom<AppAnswer>('take', 'take', 'take', 'refuse', 'late'), {
  minLength: 1,
  maxLength: 5,
})
/** In every second life the app is told nothing: then everything else is asked for more often in the same time. */
const orNobody = (answers: fc.Arbitrary<AppAnswer[]>) => fc.option(answers, { nil: undefined })
const deliveries = fc.array(delivery, { minLength: 1, maxLength: 5 })
const calm: fc.Arbitrary<Schedule> = fc.record({
  app: orNobody(fc.constant(['take'])),
  ...{ replicas, deliveries, moves: livesOf(...requests) },
  disturbances: fc.array(fc.record({ among, nth, fate: hold }), { maxLength: 3 }),
})
const rough: fc.Arbitrary<Schedule> = fc.record({
  ...{ replicas, deliveries, app: orNobody(app), moves: livesOf(...requests, ...upsets) },
  disturbances: fc.array(disturbance, { minLength: 1, maxLength: 4 }),
})
/** A sync that outlives its lease, while the life of its customer goes on behind its back. */
const slow: fc.Arbitrary<Schedule> = fc.record({
  ...{ replicas: fc.constantFrom(2, 3), deliveries, app: orNobody(app) },
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
