import fc from 'fast-check'
import Stripe from 'stripe'
import { expect, test } from 'vitest'
import type { Sandbox } from '../../src/index.ts'
import { withCustomer } from '../support/drafts.ts'
import { invoiceProblems, statusesOf } from '../support/invoice-problems.ts'

// Whatever is done to a customer's invoices, in whatever order: their amounts, credit notes, refunds and the customer's balance say
// the same to the minor unit, and no invoice goes from one status to another that does not follow it.

type Shop = Awaited<ReturnType<typeof withCustomer>>

/** Which invoice an action is about, and how much of what there is: both chosen before anything is known. */
const which = fc.nat({ max: 99 })
const share = fc.integer({ min: 1, max: 100 })
const amount = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 100, max: 20_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(-2500, -1, 0, 1, 49, 50) },
)

const action = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('draft' as const),
      amount,
      isSent: fc.boolean(),
      isAdvanced: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('item' as const), amount, which, isPending: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('finalize' as const), which, isAdvanced: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('send', 'void', 'giveUp', 'delete'), which }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('pay' as const),
      which,
      how: fc.constantFrom('good', 'good', 'bad', 'elsewhere'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('balance' as const), amount }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('refund' as const), which, share }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('credit' as const),
      which,
      share,
      isByLine: fc.boolean(),
      back: fc.constantFrom('refund', 'balance', 'elsewhere', 'split', 'linked'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('takeBack' as const), which }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 12 }) }),
  },
)

type Action = typeof action extends fc.Arbitrary<infer T> ? T : never

test('the amounts of invoices agree with everything that was done to them', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 15, maxLength: 40 }), async (actions) => {
      const shop = await withCustomer()
      const bad = await shop.stripe.paymentMethods.attach('pm_card_chargeCustomerFail', {
        customer: shop.customer,
      })
      for (const total of [2500, 7777]) {
        await shop.stripe.invoices.finalizeInvoice((await shop.draft(total)).id)
      }
      let before = statusesOf(shop.sandbox)
      for (const each of actions) {
        await take(shop, bad.id, each)
        expect([each, invoiceProblems(shop.sandbox, before)]).toEqual([each, []])
        before = statusesOf(shop.sandbox)
      }
    }),
    { numRuns: 15 },
  )
})

/** Does something, or has it refused as it should be. */
async function take(shop: Shop, badCard: string, chosen: Action): Promise<void> {
  try {
    await doIt(shop, badCard, chosen)
  } catch (error) {
    const isRefused = error instanceof Stripe.errors.StripeError && (error.statusCode ?? 500) < 500
    if (!isRefused) throw error
  }
}

async function doIt(
  { stripe, sandbox, customer, draft }: Shop,
  badCard: string,
  chosen: Action,
): Promise<unknown> {
  switch (chosen.do) {
    case 'draft': {
      const method = chosen.isSent ? ({ collection_method: 'send_invoice', days_until_due: 5 } as const) : {}
      return draft(chosen.amount, { ...method, auto_advance: chosen.isAdvanced })
    }
    case 'item': {
      const place = chosen.isPending ? {} : { invoice: invoiceAt(sandbox, chosen.which) }
      return stripe.invoiceItems.create({ customer, currency: 'usd', amount: chosen.amount, ...place })
    }
    case 'finalize': {
      const id = invoiceAt(sandbox, chosen.which)
      return stripe.invoices.finalizeInvoice(id, { auto_advance: chosen.isAdvanced })
    }
    case 'send':
      return stripe.invoices.sendInvoice(invoiceAt(sandbox, chosen.which))
    case 'void':
      return stripe.invoices.voidInvoice(invoiceAt(sandbox, chosen.which))
    case 'giveUp':
      return stripe.invoices.markUncollectible(invoiceAt(sandbox, chosen.which))
    case 'delete':
      return stripe.invoices.del(invoiceAt(sandbox, chosen.which))
    case 'pay': {
      const how = { good: {}, bad: { payment_method: badCard }, elsewhere: { paid_out_of_band: true } }
      return stripe.invoices.pay(invoiceAt(sandbox, chosen.which), how[chosen.how])
    }
    case 'balance':
      return stripe.customers.createBalanceTransaction(customer, { amount: chosen.amount, currency: 'usd' })
    case 'refund': {
      const charge = at([...sandbox.context.store.all('charge')], chosen.which)
      const part = Math.ceil((charge.amount * chosen.share) / 100)
      return stripe.refunds.create({ charge: charge.id, amount: part })
    }
    case 'credit':
      return credit(stripe, sandbox, chosen)
    case 'takeBack': {
      const note = at([...sandbox.context.store.all('credit_note')], chosen.which)
      return stripe.creditNotes.voidCreditNote(note.id)
    }
    case 'wait':
      return sandbox.advance({ days: chosen.days })
  }
}

async function credit(
  stripe: Stripe,
  sandbox: Sandbox,
  { which: place, share: percent, isByLine, back }: Extract<Action, { do: 'credit' }>,
): Promise<unknown> {
  const invoice = await stripe.invoices.retrieve(invoiceAt(sandbox, place))
  const [line] = invoice.lines.data
  const whole = isByLine ? (line?.amount ?? 0) : invoice.total
  const total = Math.ceil((whole * percent) / 100)
  const isOwed = invoice.status === 'open' || invoice.status === 'uncollectible'
  const given = total - (isOwed ? Math.min(total, invoice.amount_remaining) : 0)
  const [refund] = [...sandbox.context.store.all('refund')]
  const linked = back === 'linked' && refund ? Math.min(refund.amount, given) : 0
  const half = Math.floor(given / 2)
  const parts = {
    refund: { refund_amount: given },
    balance: { credit_amount: given },
    elsewhere: { out_of_band_amount: given },
    split: { refund_amount: half, credit_amount: given - half },
    linked: {
      refunds: linked > 0 ? [{ refund: refund?.id ?? '', amount_refunded: linked }] : [],
      credit_amount: given - linked,
    },
  }
  return stripe.creditNotes.create({
    invoice: invoice.id,
    ...(isByLine
      ? { lines: [{ type: 'invoice_line_item', invoice_line_item: line?.id ?? '', amount: total }] }
      : { amount: total }),
    ...parts[back],
  })
}

function invoiceAt({ context }: Sandbox, place: number): string {
  return at([...context.store.all('invoice')], place).id
}

/** One of those that there are. Where there is none, nothing is done. */
function at<T>(all: readonly T[], place: number): T {
  const one = all[place % Math.max(1, all.length)]
  if (one === undefined)
    throw new Stripe.errors.StripeInvalidRequestError({ message: 'none', statusCode: 400 } as never)
  return one
}
