import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { openPage } from '../support/pages.ts'
import { everythingConforms, startShop } from '../support/shop.ts'
import { failure } from '../support/start.ts'

const vat = { display_name: 'VAT', percentage: 19, inclusive: true, country: 'de' }
const salesTax = { display_name: 'Sales tax', percentage: 8.25, inclusive: false }

async function withRates() {
  const shop = await startShop()
  const included = await shop.stripe.taxRates.create(vat)
  const onTop = await shop.stripe.taxRates.create(salesTax)
  return { ...shop, included: included.id, onTop: onTop.id }
}

describe('a tax rate', () => {
  test('is what it was made as, and is announced', async () => {
    const { stripe, included } = await withRates()
    expect(await stripe.taxRates.retrieve(included)).toMatchObject({
      display_name: 'VAT',
      percentage: 19,
      inclusive: true,
      active: true,
      country: 'DE',
    })
    const events = await stripe.events.list({ type: 'tax_rate.created' })
    expect(events.data.map((event) => event.data.object)).toMatchObject([
      { percentage: 8.25 },
      { id: included },
    ])
  })

  test('is listed by whether it is inclusive, and by whether it is active', async () => {
    const { stripe, included, onTop } = await withRates()
    const ids = async (parameters: Stripe.TaxRateListParams) =>
      (await stripe.taxRates.list(parameters)).data.map((rate) => rate.id)
    expect(await ids({ inclusive: false })).toEqual([onTop])
    await stripe.taxRates.update(onTop, { active: false })
    expect(await ids({ active: true })).toEqual([included])
  })

  test.each([
    [{ percentage: 101 }, 'percentage'],
    [{ percentage: 7.12345 }, 'percentage'],
    [{ country: 'Germany' }, 'country'],
  ])('with %j is refused', async (change, param) => {
    const { stripe } = await withRates()
    expect(await failure(stripe.taxRates.create({ ...vat, ...change }))).toMatchObject({ param })
  })

  test('that is archived taxes nothing new', async () => {
    const { stripe, onTop, customerWithCard } = await withRates()
    await stripe.taxRates.update(onTop, { active: false })
    const customer = await customerWithCard()
    const call = stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: 'price_demo_team_monthly', tax_rates: [onTop] }],
    })
    expect(await failure(call)).toMatchObject({ param: 'items[0][tax_rates][0]' })
  })
})

describe('an invoice of a subscription', () => {
  test('taxes its items by their own rates, and the others by the default ones', async () => {
    const { stripe, included, onTop, customerWithCard, sandbox } = await withRates()
    const customer = await customerWithCard()
    const { latest_invoice: invoice } = await stripe.subscriptions.create({
      customer: customer.id,
      default_tax_rates: [onTop],
      items: [
        { price: 'price_demo_team_monthly' },
        { price: 'price_demo_starter_monthly', tax_rates: [included] },
      ],
      expand: ['latest_invoice'],
    })
    // 2900 + 239.25; 900 of which 143.70 is tax.
    expect(invoice).toMatchObject({
      subtotal: 3800,
      subtotal_excluding_tax: 2900 + 756,
      total: 3800 + 239,
      total_excluding_tax: 2900 + 756,
      total_taxes: [
        {
          amount: 239,
          taxable_amount: 2900,
          tax_behavior: 'exclusive',
          tax_rate_details: { tax_rate: onTop },
        },
        {
          amount: 144,
          taxable_amount: 756,
          tax_behavior: 'inclusive',
          tax_rate_details: { tax_rate: included },
        },
      ],
      lines: { data: [{ taxes: [{ amount: 239 }] }, { taxes: [{ amount: 144 }] }] },
    })
    expect(everythingConforms(sandbox)).toEqual([])
  })

  test.each([
    ['exempt', 'customer_exempt'],
    ['reverse', 'reverse_charge'],
  ] as const)('of a customer who is %s charges no tax and says why', async (exemption, reason) => {
    const { stripe, onTop, customerWithCard } = await withRates()
    const { id } = await customerWithCard()
    await stripe.customers.update(id, { tax_exempt: exemption })
    const { latest_invoice: invoice } = await stripe.subscriptions.create({
      customer: id,
      default_tax_rates: [onTop],
      items: [{ price: 'price_demo_team_monthly' }],
      expand: ['latest_invoice'],
    })
    expect(invoice).toMatchObject({ total: 2900, total_taxes: [{ amount: 0, taxability_reason: reason }] })
  })

  test('taxes what the discounts left', async () => {
    const { stripe, onTop, customerWithCard } = await withRates()
    const customer = await customerWithCard()
    const coupon = await stripe.coupons.create({ percent_off: 50 })
    const { latest_invoice: invoice } = await stripe.subscriptions.create({
      customer: customer.id,
      default_tax_rates: [onTop],
      discounts: [{ coupon: coupon.id }],
      items: [{ price: 'price_demo_team_monthly' }],
      expand: ['latest_invoice'],
    })
    expect(invoice).toMatchObject({ total: 1450 + 120, total_taxes: [{ amount: 120, taxable_amount: 1450 }] })
  })

  test('shows each rate and each discount by its name', async () => {
    const { stripe, onTop, included, customerWithCard } = await withRates()
    const customer = await customerWithCard()
    const coupon = await stripe.coupons.create({ percent_off: 50, name: 'Half' })
    const { latest_invoice: id } = await stripe.subscriptions.create({
      customer: customer.id,
      discounts: [{ coupon: coupon.id }],
      items: [
        { price: 'price_demo_team_monthly', tax_rates: [onTop] },
        { price: 'price_demo_starter_monthly', tax_rates: [included] },
      ],
    })
    const { hosted_invoice_url: url } = await stripe.invoices.retrieve(String(id))
    expect((await openPage(url ?? '')).text).toContain(
      'Subtotal $38.00 Half -$19.00 Sales tax (8.25%) $1.20 VAT (19% included) $0.72 Total $20.20',
    )
  })
})

describe('Checkout', () => {
  test('taxes each line by its rates, and charges and invoices the same', async () => {
    const { stripe, included, onTop, checkout, pay } = await withRates()
    const session = await checkout({
      line_items: [
        { price: 'price_demo_import', quantity: 1, tax_rates: [included] },
        { price: 'price_demo_team_monthly', quantity: 3 },
      ],
      subscription_data: { default_tax_rates: [onTop] },
    })
    // 8700 + 717.75, and 4900 of which 782.35 is tax.
    expect(session).toMatchObject({
      amount_subtotal: 13_600,
      amount_total: 13_600 + 718,
      total_details: { amount_tax: 718 + 782 },
    })
    const { line_items: lines, total_details: details } = await stripe.checkout.sessions.retrieve(
      session.id,
      {
        expand: ['line_items.data.taxes', 'total_details.breakdown'],
      },
    )
    expect(lines?.data).toMatchObject([
      { amount_tax: 782, amount_total: 4900, taxes: [{ amount: 782, rate: { id: included } }] },
      { amount_tax: 718, amount_total: 8700 + 718, taxes: [{ amount: 718, rate: { id: onTop } }] },
    ])
    expect(details?.breakdown?.taxes.map((tax) => tax.amount)).toEqual([718, 782])
    const page = await openPage(session.url ?? '')
    expect(page.text).toContain('Sales tax (8.25%) $7.18 VAT (19% included) $7.82 Total due today $143.18')
    pay(session.id)
    const { invoice, subscription } = await stripe.checkout.sessions.retrieve(session.id, {
      expand: ['invoice', 'subscription'],
    })
    expect(invoice).toMatchObject({ total: 14_318, amount_paid: 14_318 })
    expect(subscription).toMatchObject({ default_tax_rates: [{ id: onTop }] })
  })
})
