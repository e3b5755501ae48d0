import fc from 'fast-check'
import Stripe from 'stripe'
import { expect, test } from 'vitest'
import type { Sandbox } from '../../src/index.ts'
import type { Store } from '../../src/store/store.ts'
import { startTill } from '../support/till.ts'

type Till = Awaited<ReturnType<typeof startTill>>

/** What a shop, its customers' banks and time do, in any order. Numbers are drawn; each takes of them what it needs. */
type Deed =
  | { do: 'pay'; card: string; amountMinor: number; isHeld: boolean }
  | { do: 'capture'; amountMinor: number }
  | { do: 'cancel' }
  | { do: 'refund'; amountMinor: number | null }
  | { do: 'answer'; text: string }
  | { do: 'close' }
  | { do: 'wait'; seconds: number }

const cards = [
  'visa',
  'createDispute',
  'createDisputeInquiry',
  'createMultipleDisputes',
  'createIssuerFraudRecord',
  'pendingRefund',
  'refundFail',
  'visa_chargeDeclined',
]

const amountMinor = fc.integer({ min: 100, max: 5000 })
const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({
    do: fc.constant('pay' as const),
    card: fc.constantFrom(...cards),
    amountMinor,
    isHeld: fc.boolean(),
  }),
  fc.record({ do: fc.constant('capture' as const), amountMinor }),
  fc.constant({ do: 'cancel' as const }),
  fc.record({ do: fc.constant('refund' as const), amountMinor: fc.option(amountMinor) }),
  fc.record({
    do: fc.constant('answer' as const),
    text: fc.constantFrom('winning_evidence', 'losing_evidence', 'escalate_inquiry_evidence', 'Please.'),
  }),
  fc.constant({ do: 'close' as const }),
  fc.record({ do: fc.constant('wait' as const), seconds: fc.constantFrom(1, 5, 3 * 86_400, 130 * 86_400) }),
)

/** From where each status may be reached; null is the beginning. Written down here anew, not read from the code. */
const legal: Readonly<Record<string, readonly (string | null)[]>> = {
  'dispute needs_response': [null, 'warning_under_review'],
  'dispute warning_needs_response': [null],
  'dispute under_review': ['needs_response'],
  'dispute warning_under_review': ['warning_needs_response'],
  'dispute warning_closed': ['warning_needs_response', 'warning_under_review'],
  'dispute lost': ['needs_response', 'under_review'],
  'dispute won': ['under_review'],
  // Made and confirmed in one request.
  'payment_intent requires_payment_method': [null],
  'payment_intent requires_capture': [null],
  'payment_intent succeeded': [null, 'requires_capture'],
  'payment_intent canceled': ['requires_payment_method', 'requires_capture'],
  'refund pending': [null],
  'refund succeeded': [null, 'pending'],
  'refund failed': ['succeeded'],
}

test('whatever happens, the balance knows of every cent and statuses move legally', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 4, maxLength: 14 }), async (deeds) => {
      const till = await startTill()
      const illegal = watchStatuses(till.sandbox)
      for (const each of deeds) await perform(till, each)
      expect(illegal).toEqual([])
      for (const charge of till.sandbox.context.store.all('charge')) checkCharge(till.sandbox, charge)
      await till.sandbox.close()
    }),
    { numRuns: 12 },
  )
})

/** Tries it on the newest object that there is. What Stripe refuses changes nothing, which the sums show. */
async function perform({ stripe, sandbox, pay, answer }: Till, each: Deed): Promise<void> {
  const [charge] = sandbox.context.store.all('charge')
  const [dispute] = sandbox.context.store.all('dispute')
  const [intent] = sandbox.context.store.all('payment_intent')
  switch (each.do) {
    case 'pay':
      return await orRefused(
        pay(`pm_card_${each.card}`, each.amountMinor, each.isHeld ? { capture_method: 'manual' } : {}),
      )
    case 'capture':
      return (
        intent &&
        (await orRefused(stripe.paymentIntents.capture(intent.id, { amount_to_capture: each.amountMinor })))
      )
    case 'cancel':
      return intent && (await orRefused(stripe.paymentIntents.cancel(intent.id)))
    case 'refund': {
      const amount = each.amountMinor === null ? {} : { amount: each.amountMinor }
      return charge && (await orRefused(stripe.refunds.create({ charge: charge.id, ...amount })))
    }
    case 'answer':
      return dispute && (await orRefused(answer(dispute.id, each.text)))
    case 'close':
      return dispute && (await orRefused(stripe.disputes.close(dispute.id)))
    case 'wait':
      return await sandbox.advance({ seconds: each.seconds })
  }
}

async function orRefused(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    const isRefusal = error instanceof Stripe.errors.StripeError && (error.statusCode ?? 500) < 500
    if (!isRefusal) throw error
  })
}

function checkCharge({ context: { store } }: Sandbox, charge: Stripe.Charge): void {
  // A hold that was released shows as a refund that moved nothing.
  if (!charge.captured) {
    checkHold(store, charge)
    return
  }
  const refunds = [...store.where('refund', 'charge', charge.id)]
  const disputes = [...store.where('dispute', 'charge', charge.id)]
  const refundedMinor = sum(refunds.filter(({ status }) => status !== 'failed').map(({ amount }) => amount))
  const disputedMinor = sum(disputes.filter(isTaken).map(({ amount }) => amount))
  const moved = [charge, ...refunds, ...disputes].flatMap(({ id }) => [
    ...store.where('balance_transaction', 'source', id),
  ])
  expect(charge.amount_refunded).toBe(refundedMinor)
  expect(refundedMinor).toBeLessThanOrEqual(charge.amount_captured)
  expect(charge.refunded).toBe(charge.amount_captured > 0 && refundedMinor === charge.amount_captured)
  expect(charge.disputed).toBe(disputes.length > 0)
  expect(sum(moved.map(({ amount }) => amount))).toBe(charge.amount_captured - refundedMinor - disputedMinor)
  expect(moved.filter(({ amount, fee, net }) => net !== amount - fee)).toEqual([])
}

function checkHold(store: Store, charge: Stripe.Charge): void {
  expect([...store.where('balance_transaction', 'source', charge.id)]).toEqual([])
  expect(charge).toMatchObject({ amount_captured: 0, disputed: false, balance_transaction: null })
  expect(charge.amount_refunded).toBe(charge.refunded ? charge.amount : 0)
}

/** The money of a chargeback is gone until it is won; that of an inquiry never goes. */
function isTaken({ status }: Stripe.Dispute): boolean {
  return status !== 'won' && !status.startsWith('warning_')
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, each) => total + each, 0)
}

/** Collects each move of a status, commit by commit, that `legal` does not know. */
function watchStatuses({ context: { store } }: Sandbox): string[] {
  const illegal: string[] = []
  const last = new Map<string, string>()
  store.onCommit((changes) => {
    for (const { table, id } of changes) {
      if (table !== 'dispute' && table !== 'refund' && table !== 'payment_intent') continue
      const status = String(store.get(table, id)?.status)
      const before = last.get(id) ?? null
      last.set(id, status)
      if (before !== status && legal[`${table} ${status}`]?.includes(before) !== true)
        illegal.push(`${table} ${before} → ${status}`)
    }
  })
  return illegal
}
