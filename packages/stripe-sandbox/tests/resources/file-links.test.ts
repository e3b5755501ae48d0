import { expect, test } from 'vitest'
import { failure, start } from '../support/start.ts'

const file = { data: Buffer.from('%PDF-1.7'), name: 'receipt.pdf' }

async function uploaded() {
  const started = await start()
  const { id } = await started.stripe.files.create({ file, purpose: 'dispute_evidence' })
  return { ...started, id, inAnHour: started.sandbox.now() + 3600 }
}

test('a link shows its file to whoever has it', async () => {
  const { stripe, id } = await uploaded()
  const link = await stripe.fileLinks.create({ file: id, metadata: { for: 'Ada' } })
  expect(link).toMatchObject({ file: id, expired: false, expires_at: null, metadata: { for: 'Ada' } })
  const answer = await fetch(link.url ?? '')
  expect([answer.status, await answer.text()]).toEqual([200, '%PDF-1.7'])
  expect((await fetch(`${link.url}x`)).status).toBe(404)
})

test('a link expires by time', async () => {
  const { stripe, sandbox, id, inAnHour } = await uploaded()
  const link = await stripe.fileLinks.create({ file: id, expires_at: inAnHour })
  await sandbox.advance({ hours: 1 })
  expect((await stripe.fileLinks.retrieve(link.id)).expired).toBe(true)
  expect((await fetch(link.url ?? '')).status).toBe(404)
  const error = await failure(stripe.fileLinks.update(link.id, { metadata: { late: 'yes' } }))
  expect(error.message).toContain('has expired')
})

test('a link can be ended now, or kept for ever', async () => {
  const { stripe, id, inAnHour } = await uploaded()
  const ended = await stripe.fileLinks.create({ file: id })
  expect(await stripe.fileLinks.update(ended.id, { expires_at: 'now' })).toMatchObject({ expired: true })
  const kept = await stripe.fileLinks.create({ file: id, expires_at: inAnHour })
  expect(await stripe.fileLinks.update(kept.id, { expires_at: '' })).toMatchObject({ expires_at: null })
  const { data: dead } = await stripe.fileLinks.list({ expired: true })
  const { data: ofFile } = await stripe.fileLinks.list({ file: id })
  expect([dead.map((link) => link.id), ofFile.map((link) => link.id)]).toEqual([
    [ended.id],
    [kept.id, ended.id],
  ])
})

test('an upload can bring its link, which is shown when it is asked for', async () => {
  const { stripe, inAnHour } = await uploaded()
  const created = await stripe.files.create({
    file,
    purpose: 'dispute_evidence',
    file_link_data: { create: true, expires_at: inAnHour },
    expand: ['links'],
  })
  expect(created.links).toMatchObject({
    data: [{ file: created.id, expires_at: inAnHour }],
    url: `/v1/file_links?file=${created.id}`,
  })
})

test('a link to no file, and one that has expired already, are refused', async () => {
  const { stripe, sandbox, id } = await uploaded()
  expect(await failure(stripe.fileLinks.create({ file: 'file_nobody' }))).toMatchObject({
    code: 'resource_missing',
    param: 'file',
  })
  const error = await failure(stripe.fileLinks.create({ file: id, expires_at: sandbox.now() - 1 }))
  expect(error.param).toBe('expires_at')
})
