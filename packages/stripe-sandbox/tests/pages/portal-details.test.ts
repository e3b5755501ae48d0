import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { openPage, postForm, textOfId } from '../support/pages.ts'
import { startPortal } from '../support/portal.ts'
import { typesOf } from '../support/shop.ts'

type Allowed = Stripe.BillingPortal.ConfigurationCreateParams.Features.CustomerUpdate.AllowedUpdate[]

const everything: Allowed = ['name', 'email', 'phone', 'address', 'shipping', 'tax_id']

/** An open portal where these details can be changed. */
async function withDetails(allowed: Allowed = everything) {
  const life = await startPortal({ customer_update: { enabled: true, allowed_updates: allowed } })
  const { url } = await life.open()
  await life.newEvents()
  const { stripe, customer } = life
  return {
    ...life,
    url,
    // Not deleted: the customer of this test stays.
    customerNow: async () => (await stripe.customers.retrieve(customer.id)) as Stripe.Customer,
  }
}

const typed = {
  name: 'Ada Byron',
  email: 'byron@example.com',
  phone: '+353 1 555 0100',
  address_line1: '1 Quay Street',
  address_city: 'Dublin',
  address_postal_code: 'D02',
  address_country: 'IE',
  shipping_name: 'The Works',
  shipping_line1: '2 Dock Road',
  shipping_country: 'GB',
}

describe('billing information in the portal', () => {
  test('is changed in one form, announced once, and shown', async () => {
    const { url, customerNow, newEvents } = await withDetails()
    expect((await postForm(`${url}/details`, typed)).location).toMatch(/done=details$/)
    expect(await customerNow()).toMatchObject({
      name: 'Ada Byron',
      email: 'byron@example.com',
      phone: '+353 1 555 0100',
      address: { line1: '1 Quay Street', line2: null, city: 'Dublin', country: 'IE' },
      shipping: { name: 'The Works', phone: null, address: { line1: '2 Dock Road', country: 'GB' } },
    })
    expect(typesOf(await newEvents())).toEqual(['customer.updated'])
    expect((await openPage(url)).text).toContain(
      'Billing address 1 Quay Street, D02 Dublin, Ireland Shipping The Works, 2 Dock Road, United Kingdom',
    )
  })

  test('keeps what the configuration does not let customers change', async () => {
    const { url, customerNow } = await withDetails(['phone'])
    expect((await openPage(`${url}/details`)).markup).not.toContain('name="email"')
    await postForm(`${url}/details`, typed)
    expect(await customerNow()).toMatchObject({
      name: null,
      email: 'ada@example.com',
      phone: '+353 1 555 0100',
      address: null,
      shipping: null,
    })
  })

  test.each([
    [{ email: 'nobody' }, 'field-email-error', 'Your email is invalid.'],
    [{ email: '' }, 'field-email-error', 'Your email is missing.'],
    [{ address_country: 'XX' }, 'field-address_country-error', 'Choose a country from the list.'],
    [{ shipping_name: '' }, 'field-shipping_name-error', 'The name to ship to is missing.'],
    [{ shipping_line1: '' }, 'field-shipping_line1-error', 'The address to ship to is missing.'],
  ])('says at its field what is wrong: %o', async (wrong, id, message) => {
    const { url, customerNow } = await withDetails()
    const answer = await postForm(`${url}/details`, { ...typed, ...wrong })
    expect([answer.status, textOfId(answer, id)]).toEqual([400, message])
    expect(answer.markup).toContain('value="1 Quay Street"')
    expect((await customerNow()).name).toBeNull()
  })

  test('is unset by an empty form', async () => {
    const { url, customerNow } = await withDetails()
    await postForm(`${url}/details`, typed)
    await postForm(`${url}/details`, { email: 'ada@example.com' })
    expect(await customerNow()).toMatchObject({ name: null, phone: null, address: null, shipping: null })
  })

  test('is only shown where the configuration turns changes off', async () => {
    const life = await startPortal({ invoice_history: { enabled: true } })
    const { url } = await life.open()
    const answers = [openPage(`${url}/details`), postForm(`${url}/details`, typed)]
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([403, 403])
    expect((await postForm(`${url}/tax-ids`, { type: 'eu_vat', value: 'IE1' })).status).toBe(409)
    expect((await openPage(url)).text).not.toContain('Update information')
  })
})

describe('tax ids in the portal', () => {
  test('are added and removed, and announced', async () => {
    const { url, stripe, customer, newEvents } = await withDetails(['tax_id'])
    await postForm(`${url}/tax-ids`, { type: 'eu_vat', value: ' IE1234567FA ' })
    const [taxId] = (await stripe.customers.listTaxIds(customer.id)).data
    expect([taxId?.type, taxId?.value]).toEqual(['eu_vat', 'IE1234567FA'])
    expect((await openPage(url)).text).toContain('IE1234567FA EU VAT number')
    await postForm(`${url}/tax-ids/${taxId?.id}/remove`)
    expect((await stripe.customers.listTaxIds(customer.id)).data).toEqual([])
    expect(typesOf(await newEvents())).toEqual(['customer.tax_id.created', 'customer.tax_id.deleted'])
  })

  test('of another customer are not within reach', async () => {
    const { url, stripe } = await withDetails()
    const other = await stripe.customers.create({ email: 'eve@example.com' })
    const { id } = await stripe.customers.createTaxId(other.id, { type: 'eu_vat', value: 'IE1234567FA' })
    expect((await postForm(`${url}/tax-ids/${id}/remove`)).status).toBe(409)
    expect((await stripe.customers.listTaxIds(other.id)).data).toHaveLength(1)
  })
})
