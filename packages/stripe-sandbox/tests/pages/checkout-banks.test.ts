import { expect, test } from 'vitest'
import { openPage, postForm, textOfId } from '../support/pages.ts'
import { startShop } from '../support/shop.ts'
import { failure } from '../support/start.ts'

/** A page that takes cards and US bank accounts. */
async function bankPage() {
  const shop = await startShop()
  const session = await shop.checkout({ allowed_payment_method_types: ['card', 'us_bank_account'] })
  const page = session.url ?? ''
  return { ...shop, session, page, bank: `${page}?way=us_bank_account` }
}

const holder = { email: 'ada@example.com', name: 'Ada Lovelace', way: 'us_bank_account' }

test('a session’s ways to pay are links, and the first one is open', async () => {
  const { page, bank } = await bankPage()
  const card = await openPage(page)
  expect(card.text).toContain('Pay with card US bank account')
  expect((await openPage(bank)).text).toContain('Pay with US bank account Card')
})

test('a page of cards alone offers nothing else', async () => {
  const shop = await startShop()
  const { url } = await shop.checkout()
  expect((await openPage(`${url}?way=us_bank_account`)).text).not.toContain('US bank account')
})

test('a bank account pays', async () => {
  const { page, session, stripe } = await bankPage()
  const answer = await postForm(page, { ...holder, account: '000123456789' })
  expect(answer.location).toContain('https://shop.example/thanks')
  expect((await stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe('unpaid')
})

test('an account that is no test account is refused at its field', async () => {
  const { page } = await bankPage()
  const answer = await postForm(page, { ...holder, account: '12345' })
  expect(answer.status).toBe(402)
  expect(textOfId(answer, 'field-account-error')).toBe('You must use a test account number.')
})

test('setup mode saves a bank account, with its mandate, and charges nothing', async () => {
  const { stripe, newEvents } = await startShop()
  const customer = await stripe.customers.create({ email: 'ada@example.com' })
  const session = await stripe.checkout.sessions.create({
    mode: 'setup',
    currency: 'usd',
    customer: customer.id,
    allowed_payment_method_types: ['card', 'us_bank_account'],
    success_url: 'https://shop.example/thanks',
  })
  const page = session.url ?? ''
  const { text } = await openPage(`${page}?way=us_bank_account`)
  expect(text).toContain('Save a payment method for later')
  await newEvents()
  const answer = await postForm(page, { ...holder, account: '000123456789' })
  expect(answer.location).toBe('https://shop.example/thanks')
  expect((await newEvents()).map(({ type }) => type)).toEqual([
    'payment_method.attached',
    'setup_intent.succeeded',
    'checkout.session.completed',
  ])
  const { setup_intent: intent, status } = await stripe.checkout.sessions.retrieve(session.id, {
    expand: ['setup_intent.payment_method', 'setup_intent.mandate'],
  })
  expect(status).toBe('complete')
  expect(intent).toMatchObject({
    status: 'succeeded',
    allowed_payment_method_types: ['card', 'us_bank_account'],
    mandate: { type: 'multi_use', status: 'active' },
    payment_method: { customer: customer.id, us_bank_account: { last4: '6789' } },
  })
  expect((await openPage(page)).text).toContain('Your payment method is saved')
  expect((await stripe.charges.list()).data).toEqual([])
})

test('what begins without a payment cannot be asked for a bank account alone yet', async () => {
  const shop = await startShop()
  const error = await failure(
    shop.checkout({
      allowed_payment_method_types: ['us_bank_account'],
      subscription_data: { trial_period_days: 7 },
    }),
  )
  expect(error.code).toBe('sandbox_not_supported_yet')
})
