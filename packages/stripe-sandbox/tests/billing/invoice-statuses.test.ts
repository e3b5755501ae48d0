import { describe, expect, test } from 'vitest'
import { withCustomer } from '../support/drafts.ts'
import { failure } from '../support/start.ts'

describe('no other way leads from one status to another:', () => {
  type Step = 'del' | 'finalizeInvoice' | 'markUncollectible' | 'pay' | 'voidInvoice'
  const refused: [string, Step[], Step[]][] = [
    ['draft', [], ['markUncollectible', 'voidInvoice']],
    ['open', ['finalizeInvoice'], ['del', 'finalizeInvoice']],
    ['paid', ['pay'], ['del', 'finalizeInvoice', 'markUncollectible', 'pay', 'voidInvoice']],
    [
      'void',
      ['finalizeInvoice', 'voidInvoice'],
      ['del', 'finalizeInvoice', 'markUncollectible', 'pay', 'voidInvoice'],
    ],
    [
      'uncollectible',
      ['finalizeInvoice', 'markUncollectible'],
      ['del', 'finalizeInvoice', 'markUncollectible'],
    ],
  ]
  test.each(refused)('%s', async (status, way, steps) => {
    const { stripe, draft, newEvents } = await withCustomer()
    const { id } = await draft()
    for (const step of way) await stripe.invoices[step](id)
    const before = await stripe.invoices.retrieve(id)
    expect(before.status).toBe(status)
    await newEvents()
    for (const step of steps)
      expect(await failure(stripe.invoices[step](id))).toMatchObject({ statusCode: 400 })
    const { lastResponse: _, ...after } = await stripe.invoices.retrieve(id)
    expect(after).toEqual(expect.objectContaining({ status, number: before.number }))
    expect(await newEvents()).toEqual([])
  })

  test('what was given up can still be paid, or voided', async () => {
    const { stripe, draft } = await withCustomer()
    const [paid, voided] = [await draft(), await draft()]
    for (const { id } of [paid, voided]) {
      await stripe.invoices.finalizeInvoice(id)
      await stripe.invoices.markUncollectible(id)
    }
    expect((await stripe.invoices.pay(paid.id)).status).toBe('paid')
    expect((await stripe.invoices.voidInvoice(voided.id)).status).toBe('void')
  })
})
