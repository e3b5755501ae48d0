/** One life of a few owners, with everything that goes wrong on the way. Plain JSON: a failing one is kept as it is. */
export interface Schedule {
  replicas: number
  moves: Move[]
  /** What happens to the first, second, … event on its way; begins anew after the last. */
  deliveries: Delivery[]
  disturbances: Disturbance[]
  /** What the app says to the first, second, … event that it is told; begins anew after the last. Left out: nobody is told. */
  app?: AppAnswer[] | undefined
}

/** late: it takes the event, and says so when nobody waits any more. */
export type AppAnswer = 'take' | 'refuse' | 'late'

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

export type Card = 'good' | 'declined' | 'fails later' | 'disputed' | 'asks the bank' | 'takes no refund'

/** What an operator or the portal changes at Stripe, behind the product's back: of the subscription that has not ended. */
export const SUBSCRIPTION_MOVES = [
  'change plan',
  'move to a new product',
  'add a seat',
  'cancel at period end',
  'cancel now',
  'start trial',
  'pause',
  'resume',
  'pause collection',
  'resume collection',
] as const
export type SubscriptionMove = (typeof SUBSCRIPTION_MOVES)[number]

/** Of the newest invoice that is open. */
export const INVOICE_MOVES = ['pay invoice', 'void invoice', 'write off invoice'] as const
export type InvoiceMove = (typeof INVOICE_MOVES)[number]

export const DASHBOARD_MOVES = [
  ...SUBSCRIPTION_MOVES,
  ...INVOICE_MOVES,
  'break card',
  'card asks the bank',
  'fix card',
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

export const AMONG = ['any', 'begin', 'write', 'commit', 'lease', 'fetch', 'call', 'queue', 'tell'] as const
/**
 * begin, write, commit, lease: at the database. fetch: a GET to Stripe. call: what changes something at Stripe. queue: what the
 * delivering asks the database. tell: an app event on its way.
 */
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

/** Nobody is late, nothing is lost, and no time is missed: then everybody gets what they asked for, at once. */
export function isCalm({ moves, disturbances, app = [] }: Schedule): boolean {
  const upsetting = ['skew', 'break database', 'wait', 'delete customer']
  return (
    disturbances.every(({ fate }) => fate.kind === 'hold') &&
    app.every((answer) => answer === 'take') &&
    !moves.some((each) => upsetting.includes(each.do))
  )
}
