import type Stripe from 'stripe'
import { expect, test } from 'vitest'
import { everythingConforms, typesOf } from '../support/shop.ts'
import { failure } from '../support/start.ts'
import { startTillWithCustomer } from '../support/till.ts'

const direct = { automatic_payment_methods: { enabled: true, allow_redirects: 'never' } } as const

/** A customer, and what saves a bank account for later. */
async function withCustomer() {
  const till = await startTillWithCustomer()
  const setUp = (
    paymentMethod: string,
    allowed: Stripe.SetupIntentCreateParams.AllowedPaymentMethodType[] = ['us_bank_account', 'sepa_debit'],
  ) =>
    till.stripe.setupIntents.create({
      ...direct,
      customer: till.customer,
      allowed_payment_method_types: allowed,
      payment_method: paymentMethod,
      confirm: true,
      mandate_data: { customer_acceptance: { type: 'offline' } },
    })
  return { ...till, setUp }
}

test.each(['pm_usBankAccount_success', 'pm_sepaDebit_success_de'])(
  'a SetupIntent saves %s under a standing mandate',
  async (account) => {
    const { stripe, customer, setUp, newEvents, sandbox } = await withCustomer()
    const intent = await setUp(account)
    expect(intent).toMatchObject({ status: 'succeeded', latest_attempt: null })
    expect(await stripe.mandates.retrieve(String(intent.mandate))).toMatchObject({
      payment_method: intent.payment_method,
      status: 'active',
      type: 'multi_use',
    })
    const { customer: owner } = await stripe.paymentMethods.retrieve(String(intent.payment_method))
    expect(owner).toBe(customer)
    expect(typesOf(await newEvents())).toEqual([
      'setup_intent.created',
      'setup_intent.succeeded',
      'payment_method.attached',
    ])
    expect(everythingConforms(sandbox)).toEqual([])
  },
)

test('the account is debited later under that mandate', async () => {
  const { stripe, customer, setUp, sandbox } = await withCustomer()
  const { payment_method: account, mandate } = await setUp('pm_usBankAccount_success')
  const intent = await stripe.paymentIntents.create({
    ...direct,
    amount: 2000,
    currency: 'usd',
    customer,
    payment_method: String(account),
    allowed_payment_method_types: ['us_bank_account'],
    off_session: true,
    confirm: true,
    expand: ['latest_charge'],
  })
  expect(intent).toMatchObject({
    status: 'processing',
    latest_charge: { payment_method_details: { us_bank_account: { mandate } } },
  })
  await sandbox.advance({ days: 3 })
  expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded')
})

test('the account pays a subscription as its default', async () => {
  const { stripe, customer, setUp, sandbox } = await withCustomer()
  const { payment_method: account } = await setUp('pm_usBankAccount_success')
  const { id } = await stripe.subscriptions.create({
    customer,
    default_payment_method: String(account),
    items: [{ price: 'price_demo_team_monthly' }],
  })
  await sandbox.advance({ days: 4 })
  const { data } = await stripe.invoices.list({ subscription: id })
  expect(data).toMatchObject([{ status: 'paid', total: 2900 }])
})

test('a bank account is not taken where only cards are', async () => {
  const { setUp } = await withCustomer()
  const error = await failure(setUp('pm_usBankAccount_success', ['card']))
  expect(error).toMatchObject({ statusCode: 400, param: 'payment_method' })
  expect(error.message).toContain('(us_bank_account) is not allowed for this SetupIntent')
})
