import fc from 'fast-check'
import type Stripe from 'stripe'
import { expect, test } from 'vitest'
import { startShop } from '../support/shop.ts'

/** Prices that are sold once or monthly, with the rate that taxes each (or none), under discounts of the whole. */
interface Purchase {
  lines: { unitAmountMinor: number; quantity: number; isMonthly: boolean; rate: number | null }[]
  coupon: { percentOff: number } | { amountOffMinor: number } | null
}

const rates = [
  { display_name: 'VAT', percentage: 19, inclusive: true },
  { display_name: 'Reduced', percentage: 7.7, inclusive: true },
  { display_name: 'Sales tax', percentage: 8.875, inclusive: false },
  { display_name: 'City', percentage: 1.3333, inclusive: false },
]

const line = fc.record({
  unitAmountMinor: fc.integer({ min: 101, max: 99_999 }),
  quantity: fc.integer({ min: 1, max: 12 }),
  isMonthly: fc.boolean(),
  rate: fc.option(fc.nat(rates.length - 1)),
})

const purchase: fc.Arbitrary<Purchase> = fc.record({
  lines: fc
    .array(line, { minLength: 1, maxLength: 5 })
    .map(([first, ...others]) => (first ? [{ ...first, isMonthly: true }, ...others] : [])),
  coupon: fc.option(
    fc.oneof(
      fc.integer({ min: 1, max: 5000 }).map((hundredths) => ({ percentOff: hundredths / 100 })),
      fc.integer({ min: 1, max: 99 }).map((amountOffMinor) => ({ amountOffMinor })),
    ),
  ),
})

test('what a Checkout shows is charged, invoiced and itemised to the minor unit, and the preview is the renewal', async () => {
  const shop = await startShop()
  const { stripe } = shop
  const { id: product } = await stripe.products.create({ name: 'Thing' })
  const taxRates = await Promise.all(rates.map((rate) => stripe.taxRates.create(rate)))
  await fc.assert(
    fc.asyncProperty(purchase, async ({ lines, coupon }) => {
      const session = await shop.checkout({
        line_items: await Promise.all(
          lines.map(async ({ unitAmountMinor, quantity, isMonthly, rate }) => {
            const price = await stripe.prices.create({
              product,
              currency: 'usd',
              unit_amount: unitAmountMinor,
              ...(isMonthly ? { recurring: { interval: 'month' as const } } : {}),
            })
            const taxRate = rate === null ? undefined : taxRates[rate]
            return { price: price.id, quantity, ...(taxRate ? { tax_rates: [taxRate.id] } : {}) }
          }),
        ),
        ...(coupon === null ? {} : { discounts: [{ coupon: await makeCoupon(stripe, coupon) }] }),
      })
      shop.pay(session.id)
      const { invoice, subscription } = await stripe.checkout.sessions.retrieve(session.id, {
        expand: ['invoice', 'subscription'],
      })
      if (typeof invoice !== 'object' || typeof subscription !== 'object' || !invoice || !subscription)
        throw new Error(`session ${session.id} bought nothing`)
      expect(invoice).toMatchObject({ total: session.amount_total, amount_paid: session.amount_total })
      checkSums(invoice)

      const preview = await stripe.invoices.createPreview({ subscription: subscription.id })
      await shop.sandbox.advance({ days: 31 })
      const [renewal] = (await stripe.invoices.list({ subscription: subscription.id })).data
      if (renewal === undefined) throw new Error(`subscription ${subscription.id} did not renew`)
      expect(amountsOf(renewal)).toEqual(amountsOf(preview))
      checkSums(renewal)
      await stripe.subscriptions.cancel(subscription.id)
    }),
    { numRuns: 12 },
  )
})

async function makeCoupon(stripe: Stripe, value: NonNullable<Purchase['coupon']>): Promise<string> {
  const { id } = await stripe.coupons.create({
    duration: 'forever',
    ...('percentOff' in value
      ? { percent_off: value.percentOff }
      : { amount_off: value.amountOffMinor, currency: 'usd' }),
  })
  return id
}

/** Lines − discounts + exclusive taxes = total; each line's discounts and taxes are those of the invoice. */
function checkSums(invoice: Stripe.Invoice): void {
  const lines = invoice.lines.data
  const discounts = lines.flatMap((each) => each.discount_amounts ?? [])
  const taxes = lines.flatMap((each) => each.taxes ?? [])
  const exclusive = taxes.filter((tax) => tax.tax_behavior === 'exclusive')
  expect(invoice.subtotal).toBe(sum(lines))
  expect(invoice.total).toBe(sum(lines) - sum(discounts) + sum(exclusive))
  expect(sum(invoice.total_discount_amounts ?? [])).toBe(sum(discounts))
  expect(sum(invoice.total_taxes ?? [])).toBe(sum(taxes))
  expect(invoice.total_excluding_tax).toBe(invoice.total - sum(taxes))
}

function amountsOf({
  subtotal,
  total,
  total_taxes: taxes,
  total_discount_amounts: discounts,
  lines,
}: Stripe.Invoice) {
  return { subtotal, total, taxes, discounts, lines: lines.data.map(({ amount }) => amount) }
}

function sum(parts: readonly { amount: number }[]): number {
  return parts.reduce((total, { amount }) => total + amount, 0)
}
