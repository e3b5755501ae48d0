import { describe, expect, test } from 'vitest'
import { iso, startLife } from '../support/lives.ts'
import { everythingConforms, typesOf } from '../support/shop.ts'
import { failure } from '../support/start.ts'

describe('a pause', () => {
  test('stops periods and invoices, and says so', async () => {
    const life = await startLife()
    await life.sandbox.advance({ days: 14 })
    await life.newEvents()
    const paused = await life.stripe.subscriptions.pause(life.born.id, { type: 'subscription' })
    expect(paused).toMatchObject({
      status: 'paused',
      status_details: { paused: { subscription: { type: 'pause_requested' } } },
    })
    expect(typesOf(await life.newEvents())).toEqual([
      'invoiceitem.created',
      'customer.subscription.paused',
      'customer.subscription.updated',
    ])
    expect(await life.pass({ days: 90 })).toEqual([])
    expect(await life.invoices()).toHaveLength(1)
    expect(everythingConforms(life.sandbox)).toEqual([])
  })

  test('resumed, begins a new period with the unused time credited', async () => {
    const life = await startLife()
    await life.sandbox.advance({ days: 14 })
    await life.stripe.subscriptions.pause(life.born.id)
    await life.sandbox.advance({ days: 30 })
    const resumed = await life.stripe.subscriptions.resume(life.born.id, {
      payment_behavior: 'resume_on_payment_success',
    })
    expect(resumed.status).toBe('active')
    expect(iso(resumed.items.data[0]?.current_period_end ?? 0)).toBe('2027-04-16T12:00:00')
    expect((await life.invoices())[0]).toMatchObject({ status: 'paid', total: 2900 - 1450 })
  })

  test('resumed on payment success, waits for the money', async () => {
    const life = await startLife()
    await life.changeCard('pm_card_chargeCustomerFail')
    await life.stripe.subscriptions.pause(life.born.id, { bill_for: { unused_time_from: { type: 'none' } } })
    await life.sandbox.advance({ days: 1 })
    const waiting = await life.stripe.subscriptions.resume(life.born.id, {
      payment_behavior: 'resume_on_payment_success',
    })
    expect(waiting.status).toBe('paused')
    await life.changeCard('pm_card_visa')
    await life.newEvents()
    await life.stripe.invoices.pay((await life.invoices())[0]?.id ?? '')
    expect(await life.now()).toMatchObject({ status: 'active' })
    expect(typesOf(await life.newEvents())).toContain('customer.subscription.resumed')
  })

  test('whose resumption nobody pays stays, and the invoice is voided after 23 hours', async () => {
    const life = await startLife()
    await life.changeCard('pm_card_chargeCustomerFail')
    await life.stripe.subscriptions.pause(life.born.id, { bill_for: { unused_time_from: { type: 'none' } } })
    await life.sandbox.advance({ days: 1 })
    await life.stripe.subscriptions.resume(life.born.id, { payment_behavior: 'resume_on_payment_success' })
    await life.sandbox.advance({ hours: 24 })
    expect((await life.invoices())[0]?.status).toBe('void')
    expect(await life.now()).toMatchObject({ status: 'paused' })
  })

  test('asked to end at its period end, ends where the running cycle of its billing dates does', async () => {
    const life = await startLife()
    await life.sandbox.advance({ days: 14 })
    await life.stripe.subscriptions.pause(life.born.id)
    await life.sandbox.advance({ days: 30 })
    const ending = await life.stripe.subscriptions.update(life.born.id, { cancel_at_period_end: true })
    expect(ending).toMatchObject({ status: 'paused', cancel_at_period_end: true })
    expect(iso(ending.cancel_at ?? 0)).toBe('2027-03-31T12:00:00')
    await life.sandbox.advance({ days: 20 })
    expect(await life.now()).toMatchObject({ status: 'canceled', ended_at: ending.cancel_at })
  })

  test.each([['none'], ['now']] as const)(
    'that credited the unused time from %s and ends within its period, costs what it gave back',
    async (from) => {
      const life = await startLife()
      await life.sandbox.advance({ days: 7 })
      await life.stripe.subscriptions.pause(life.born.id, { bill_for: { unused_time_from: { type: from } } })
      await life.sandbox.advance({ days: 7 })
      await life.stripe.subscriptions.resume(life.born.id, { billing_cycle_anchor: { type: 'unchanged' } })
      const waiting = (await life.stripe.invoiceItems.list({ pending: true })).data.map(
        ({ amount }) => amount,
      )
      expect(waiting).toEqual(from === 'none' ? [] : [1450, -2175])
    },
  )

  test('that credited nothing and ends in a later period, costs the rest of that one', async () => {
    const life = await startLife()
    await life.stripe.subscriptions.pause(life.born.id, { bill_for: { unused_time_from: { type: 'none' } } })
    await life.sandbox.advance({ days: 42 })
    const resumed = await life.stripe.subscriptions.resume(life.born.id, {
      billing_cycle_anchor: { type: 'unchanged' },
      payment_behavior: 'resume_on_payment_success',
      proration_behavior: 'always_invoice',
    })
    expect(resumed.status).toBe('active')
    expect((await life.invoices())[0]).toMatchObject({ status: 'paid', total: 1590 })
  })

  test('that ends within what is paid already makes no invoice, and waits for none', async () => {
    const life = await startLife()
    await life.stripe.subscriptions.pause(life.born.id, { bill_for: { unused_time_from: { type: 'none' } } })
    const resumed = await life.stripe.subscriptions.resume(life.born.id, {
      billing_cycle_anchor: { type: 'unchanged' },
      proration_behavior: 'always_invoice',
      payment_behavior: 'resume_on_payment_success',
    })
    expect(resumed.status).toBe('active')
    expect(await life.invoices()).toHaveLength(1)
  })

  test.each([
    ['in classic billing mode', { billing_mode: { type: 'classic' } }],
    ['in a trial', { trial_period_days: 10 }],
    ['with invoices that are sent', { collection_method: 'send_invoice', days_until_due: 5 }],
  ] as const)('is refused %s', async (_, parameters) => {
    const life = await startLife(parameters)
    expect(await failure(life.stripe.subscriptions.pause(life.born.id))).toMatchObject({
      code: 'status_transition_invalid',
    })
  })
})

// As the default of `subscriptions.resume` has it: nothing is charged within the request.
describe('a resumption on a payment attempt', () => {
  async function resumed(card = 'pm_card_visa') {
    const life = await startLife()
    await life.stripe.subscriptions.pause(life.born.id, { bill_for: { unused_time_from: { type: 'none' } } })
    await life.sandbox.advance({ days: 1 })
    await life.changeCard(card)
    await life.newEvents()
    const waiting = await life.stripe.subscriptions.resume(life.born.id)
    const [invoice] = await life.invoices()
    if (invoice === undefined) throw new Error('there is no invoice')
    return { ...life, waiting, invoice }
  }

  test('leaves it paused, with an open invoice that nobody has tried to pay', async () => {
    const { waiting, invoice, newEvents, sandbox } = await resumed()
    expect(waiting).toMatchObject({ status: 'paused', latest_invoice: invoice.id })
    expect(invoice).toMatchObject({ status: 'open', total: 2900, attempted: false, attempt_count: 0 })
    expect(typesOf(await newEvents())).toEqual([
      'customer.subscription.updated',
      'invoice.created',
      'invoice.finalized',
      'payment_intent.created',
    ])
    expect(everythingConforms(sandbox)).toEqual([])
  })

  test('makes it active when the invoice is paid', async () => {
    const { stripe, invoice, now, newEvents } = await resumed()
    await newEvents()
    await stripe.invoices.pay(invoice.id ?? '')
    const { status, status_details: details } = await now()
    expect([status, details]).toEqual(['active', undefined])
    expect(typesOf(await newEvents())).toContain('customer.subscription.resumed')
  })

  test('makes it past due when the payment fails, and is not tried again', async () => {
    const { stripe, invoice, now, newEvents, sandbox } = await resumed('pm_card_chargeCustomerFail')
    await newEvents()
    await failure(stripe.invoices.pay(invoice.id ?? ''))
    expect((await now()).status).toBe('past_due')
    expect(typesOf(await newEvents())).toContain('customer.subscription.resumed')
    await sandbox.advance({ days: 20 })
    expect((await stripe.invoices.retrieve(invoice.id ?? '')).attempt_count).toBe(1)
    expect((await now()).status).toBe('past_due')
  })

  test('makes it active when the invoice is given up', async () => {
    const { stripe, invoice, now } = await resumed()
    await stripe.invoices.markUncollectible(invoice.id ?? '')
    expect((await now()).status).toBe('active')
  })

  test('leaves it paused when the invoice is voided, by somebody or after 23 hours', async () => {
    const { stripe, invoice, now, born, sandbox, invoices } = await resumed()
    await stripe.invoices.voidInvoice(invoice.id ?? '')
    expect((await now()).status).toBe('paused')
    await stripe.subscriptions.resume(born.id)
    await sandbox.advance({ hours: 23 })
    expect((await invoices()).map(({ status }) => status)).toEqual(['void', 'void', 'paid'])
    expect((await now()).status).toBe('paused')
  })

  test('that is asked for twice leaves one invoice to pay', async () => {
    const { stripe, born, invoices } = await resumed()
    await stripe.subscriptions.resume(born.id)
    expect((await invoices()).map(({ status }) => status)).toEqual(['open', 'void', 'paid'])
  })

  test('goes on at once where there is nothing to pay', async () => {
    const life = await startLife()
    await life.stripe.subscriptions.pause(life.born.id)
    const { status } = await life.stripe.subscriptions.resume(life.born.id)
    // The pause gave the whole period back a moment ago.
    expect(status).toBe('active')
    expect((await life.invoices())[0]).toMatchObject({ status: 'paid', amount_due: 0 })
  })
})

test('an older invoice that is paid ends no pause', async () => {
  const life = await startLife()
  await life.changeCard('pm_card_chargeCustomerFail')
  await life.sandbox.advance({ days: 29 })
  const [renewal] = await life.invoices()
  await life.stripe.subscriptions.pause(life.born.id, { bill_for: { unused_time_from: { type: 'none' } } })
  await life.changeCard('pm_card_visa')
  await life.stripe.invoices.pay(renewal?.id ?? '')
  expect((await life.now()).status).toBe('paused')
})
