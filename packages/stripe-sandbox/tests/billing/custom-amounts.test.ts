import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { cards, openPage, postForm, typedCard } from '../support/pages.ts'
import { failure, start } from '../support/start.ts'

const tip = { currency: 'usd', product_data: { name: 'Tip' } } as const
const shop = { mode: 'payment', success_url: 'http://shop.test/thanks' } as const

/** A Checkout for a price whose amount the buyer chooses; `pay` is what he types. */
async function checkout(
  custom: Partial<Stripe.PriceCreateParams.CustomUnitAmount> = {},
  more: Partial<Stripe.PriceCreateParams> = {},
  parameters: Partial<Stripe.Checkout.SessionCreateParams> = {},
) {
  const { stripe } = await start()
  const price = await stripe.prices.create({
    ...tip,
    custom_unit_amount: { enabled: true, ...custom },
    ...more,
  })
  const session = await stripe.checkout.sessions.create({
    ...shop,
    line_items: [{ price: price.id, quantity: 1 }],
    ...parameters,
  })
  const url = session.url ?? ''
  return {
    stripe,
    price,
    session,
    url,
    pay: (amount: string, number: string = cards.pays) =>
      postForm(url, { amount, email: 'ada@example.com', ...typedCard(number) }),
    read: () => stripe.checkout.sessions.retrieve(session.id, { expand: ['line_items', 'payment_intent'] }),
  }
}

describe('a price whose amount the customer chooses', () => {
  test('has bounds and no amount of its own', async () => {
    const { stripe } = await start()
    const bounds = { minimum: 500, maximum: 10_000, preset: 2500 }
    const price = await stripe.prices.create({ ...tip, custom_unit_amount: { enabled: true, ...bounds } })
    expect(await stripe.prices.retrieve(price.id)).toMatchObject({
      billing_scheme: 'per_unit',
      custom_unit_amount: bounds,
      type: 'one_time',
      unit_amount: null,
      unit_amount_decimal: null,
    })
  })

  test('needs no bounds, and can come with its product', async () => {
    const { stripe } = await start()
    const product = await stripe.products.create({
      name: 'Tip',
      default_price_data: { currency: 'usd', custom_unit_amount: { enabled: true } },
      expand: ['default_price'],
    })
    expect(product.default_price).toMatchObject({
      custom_unit_amount: { minimum: null, maximum: null, preset: null },
    })
  })

  test.each<[string, Partial<Stripe.PriceCreateParams>]>([
    ['unit_amount', { unit_amount: 500 }],
    ['recurring', { recurring: { interval: 'month' } }],
    ['transform_quantity', { transform_quantity: { divide_by: 10, round: 'up' } }],
    ['custom_unit_amount[enabled]', { custom_unit_amount: { enabled: false } }],
    ['custom_unit_amount[minimum]', { custom_unit_amount: { enabled: true, minimum: 49 } }],
    ['custom_unit_amount[minimum]', { custom_unit_amount: { enabled: true, minimum: 900, maximum: 800 } }],
    ['custom_unit_amount[preset]', { custom_unit_amount: { enabled: true, minimum: 900, preset: 800 } }],
  ])('is refused for its %s', async (param, parameters) => {
    const { stripe } = await start()
    const error = await failure(
      stripe.prices.create({ ...tip, custom_unit_amount: { enabled: true }, ...parameters }),
    )
    expect(error).toMatchObject({ statusCode: 400, type: 'StripeInvalidRequestError' })
    expect(`${error.param} ${error.message}`).toContain(param)
  })

  test('can have bounds for each currency', async () => {
    const { stripe } = await start()
    const { id } = await stripe.prices.create({
      ...tip,
      custom_unit_amount: { enabled: true, minimum: 500 },
      currency_options: { eur: { custom_unit_amount: { enabled: true, minimum: 400, preset: 1000 } } },
    })
    const price = await stripe.prices.retrieve(id, { expand: ['currency_options'] })
    expect(price.currency_options).toMatchObject({
      usd: { custom_unit_amount: { minimum: 500, preset: null } },
      eur: { custom_unit_amount: { minimum: 400, preset: 1000 }, unit_amount: null },
    })
  })

  test('cannot be billed outside Checkout', async () => {
    const { stripe, price } = await checkout()
    const customer = await stripe.customers.create()
    const error = await failure(
      stripe.invoiceItems.create({ customer: customer.id, pricing: { price: price.id } }),
    )
    expect(error.message).toContain('only be used in Checkout Sessions')
  })
})

describe('a Checkout session of a chosen amount', () => {
  test.each<[string, string, Partial<Stripe.Checkout.SessionCreateParams>]>([
    ['mode', 'in subscription mode', { mode: 'subscription' }],
    ['allow_promotion_codes', 'with promotion codes', { allow_promotion_codes: true }],
    ['discounts', 'with a discount', { discounts: [{ coupon: 'SALE' }] }],
  ])('is refused (%s) %s', async (param, _, parameters) => {
    const { stripe, price } = await checkout()
    await stripe.coupons.create({ id: 'SALE', percent_off: 10 })
    const line = { price: price.id, quantity: 1 }
    const error = await failure(
      stripe.checkout.sessions.create({ ...shop, line_items: [line], ...parameters }),
    )
    expect(error).toMatchObject({ statusCode: 400, param })
  })

  test('is one piece of one thing', async () => {
    const { stripe, price } = await checkout()
    const create = (items: Stripe.Checkout.SessionCreateParams.LineItem[]) =>
      failure(stripe.checkout.sessions.create({ ...shop, line_items: items }))
    const two = await create([{ price: price.id, quantity: 2 }])
    expect(two.param).toBe('line_items[0][quantity]')
    const beside = await create([
      { price: price.id, quantity: 1 },
      { price: price.id, quantity: 1 },
    ])
    expect(beside.param).toBe('line_items')
  })

  test('begins with the preset, or with nothing', async () => {
    expect((await checkout({ preset: 2500 })).session.amount_total).toBe(2500)
    expect((await checkout()).session.amount_total).toBe(0)
  })

  test('is paid with what the buyer chose: session, line, payment and charge say it', async () => {
    const { pay, read, price, stripe } = await checkout({ minimum: 500, maximum: 10_000, preset: 2500 })
    expect(await pay('42.50')).toMatchObject({ status: 303, location: 'http://shop.test/thanks' })
    const session = await read()
    expect(session).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      amount_subtotal: 4250,
      amount_total: 4250,
      payment_intent: { amount: 4250, amount_received: 4250, status: 'succeeded' },
      line_items: {
        data: [
          {
            amount_subtotal: 4250,
            amount_total: 4250,
            quantity: 1,
            price: { id: price.id, unit_amount: null },
          },
        ],
      },
    })
    expect((await stripe.charges.list()).data).toMatchObject([{ amount: 4250, paid: true }])
  })

  test('is in the currency that was asked for, with its bounds', async () => {
    const { pay, read } = await checkout(
      {},
      { currency_options: { jpy: { custom_unit_amount: { enabled: true, minimum: 300 } } } },
      { currency: 'jpy' },
    )
    expect((await pay('299')).text).toContain('The amount must be at least ¥300.')
    expect((await pay('1,500')).status).toBe(303)
    expect(await read()).toMatchObject({ amount_total: 1500, currency: 'jpy' })
  })

  test('adds its taxes to the amount', async () => {
    const { stripe, price } = await checkout()
    const vat = await stripe.taxRates.create({ display_name: 'VAT', percentage: 20, inclusive: false })
    const session = await stripe.checkout.sessions.create({
      ...shop,
      line_items: [{ price: price.id, quantity: 1, tax_rates: [vat.id] }],
    })
    expect((await openPage(session.url ?? '')).text).toContain('VAT (20%) of your amount')
    await postForm(session.url ?? '', { amount: '10', email: 'ada@example.com', ...typedCard() })
    expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      amount_subtotal: 1000,
      amount_total: 1200,
      payment_status: 'paid',
    })
  })

  test('has an invoice of the chosen amount where one is made', async () => {
    const { stripe, pay, read } = await checkout({}, {}, { invoice_creation: { enabled: true } })
    await pay('12')
    const { invoice } = await read()
    const { lines, total, status } = await stripe.invoices.retrieve(String(invoice))
    expect({ total, status }).toEqual({ total: 1200, status: 'paid' })
    expect(lines.data).toMatchObject([{ amount: 1200, quantity: 1 }])
    expect(String(lines.data[0]?.pricing?.unit_amount_decimal)).toBe('1200')
  })
})

describe('the field for the amount', () => {
  test('says its bounds and begins with the preset', async () => {
    const { url } = await checkout({ minimum: 500, maximum: 10_000, preset: 2500 })
    const { text, markup } = await openPage(url)
    expect(text).toContain('Your amount Between $5.00 and $100.00. Amount in USD')
    expect(markup).toMatch(/name="amount"[^>]*value="25\.00"/)
    expect(markup).toContain('<span>Pay</span></button>')
  })

  test.each([
    ['', 'Enter an amount.'],
    ['much', 'Enter an amount such as 5.00.'],
    ['-7', 'Enter an amount such as 5.00.'],
    ['7.001', 'Enter an amount such as 5.00.'],
    ['4.99', 'The amount must be at least $5.00.'],
    ['100.01', 'The amount must be at most $100.00.'],
  ])('answers "%s" with "%s", and charges nothing', async (amount, message) => {
    const { stripe, pay, read } = await checkout({ minimum: 500, maximum: 10_000 })
    const answer = await pay(amount)
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.text).toContain(message)
    expect(answer.markup).toContain(`value="${amount}"`)
    expect(await read()).toMatchObject({ amount_total: 0, payment_intent: null, status: 'open' })
    expect((await stripe.charges.list()).data).toEqual([])
  })

  test('keeps what was chosen when the card is declined, and takes another amount with the next card', async () => {
    const { stripe, pay, read } = await checkout()
    expect((await pay('30', cards.declines)).status).toBe(402)
    expect(await read()).toMatchObject({
      amount_total: 3000,
      payment_intent: { amount: 3000, status: 'requires_payment_method' },
    })
    await pay('20')
    expect(await read()).toMatchObject({ amount_total: 2000, payment_intent: { amount_received: 2000 } })
    expect((await stripe.paymentIntents.list()).data).toHaveLength(1)
  })

  test('makes a challenge for another amount worthless', async () => {
    const { stripe, pay, read, url } = await checkout()
    const challenge = await pay('30', cards.authenticates)
    await pay('40', cards.declines)
    await postForm(new URL(challenge.location ?? '', url).href, { answer: 'succeed' })
    expect(await read()).toMatchObject({ status: 'open', amount_total: 4000 })
    expect((await stripe.charges.list()).data.filter((charge) => charge.paid)).toEqual([])
  })
})
