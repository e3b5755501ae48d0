import { expect, test } from 'vitest'
import { openPage, postForm, textOfId } from '../support/pages.ts'
import { startShop } from '../support/shop.ts'

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
