import type Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { failure, start } from '../support/start.ts'

const pdf = Buffer.from('%PDF-1.7\n%\xe2\xe3\n1 0 obj', 'latin1')
const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0xff])
const receipt = { data: pdf, name: 'receipt.pdf', type: 'application/octet-stream' }
const authorization = { Authorization: 'Bearer sk_test_sandbox' }

describe('an uploaded file', () => {
  test('is told by its content, and kept for 270 days as evidence', async () => {
    const { stripe, sandbox } = await start()
    const file = await stripe.files.create({ file: receipt, purpose: 'dispute_evidence' })
    expect(await stripe.files.retrieve(file.id)).toMatchObject({
      id: expect.stringMatching(/^file_/),
      filename: 'receipt.pdf',
      purpose: 'dispute_evidence',
      size: pdf.length,
      type: 'pdf',
      url: `${sandbox.url}/v1/files/${file.id}/contents`,
    })
    expect(Number(file.expires_at) - file.created).toBe(270 * 86_400)
  })

  test('can be a stream or text', async () => {
    const { stripe } = await start()
    const csv = { data: 'a,b\n1,ü\n', name: 'tax.csv' }
    const file = await stripe.files.create({ file: csv, purpose: 'tax_document_user_upload' })
    expect(file).toMatchObject({ type: 'csv', size: 9, expires_at: null })
  })

  test('is listed by its purpose, newest first', async () => {
    const { stripe } = await start()
    const first = await stripe.files.create({ file: receipt, purpose: 'dispute_evidence' })
    await stripe.files.create({ file: { data: png, name: 'logo.png' }, purpose: 'business_logo' })
    const last = await stripe.files.create({ file: receipt, purpose: 'dispute_evidence' })
    const { data } = await stripe.files.list({ purpose: 'dispute_evidence' })
    expect(data.map(({ id }) => id)).toEqual([last.id, first.id])
  })

  test('is read back byte by byte with the secret key, and not without', async () => {
    const { stripe } = await start()
    const { url } = await stripe.files.create({
      file: { data: png, name: 'Straße.png' },
      purpose: 'dispute_evidence',
    })
    const answer = await fetch(url ?? '', { headers: authorization })
    expect(answer.headers.get('Content-Type')).toBe('image/png')
    expect(answer.headers.get('Content-Disposition')).toContain('Stra%C3%9Fe.png')
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(png)
    expect((await fetch(url ?? '')).status).toBe(401)
  })

  test('that is too old has no content any more', async () => {
    const { stripe, sandbox } = await start()
    const { url } = await stripe.files.create({ file: receipt, purpose: 'dispute_evidence' })
    await sandbox.advance({ days: 270 })
    expect((await fetch(url ?? '', { headers: authorization })).status).toBe(404)
  })

  test('that nobody uploaded is missed as at Stripe', async () => {
    const { stripe, sandbox } = await start()
    expect(await failure(stripe.files.retrieve('file_nobody'))).toMatchObject({
      code: 'resource_missing',
      message: "No such file: 'file_nobody'",
    })
    const answer = await fetch(`${sandbox.url}/v1/files/file_nobody/contents`, { headers: authorization })
    expect([answer.status, await answer.json()]).toMatchObject([404, { error: { code: 'resource_missing' } }])
  })

  test('is uploaded once under an Idempotency-Key', async () => {
    const { stripe } = await start()
    const upload = () =>
      stripe.files.create({ file: receipt, purpose: 'dispute_evidence' }, { idempotencyKey: 'upload-1' })
    const first = await upload()
    // The boundary of the second form is another.
    expect((await upload()).id).toBe(first.id)
    const other = await failure(
      stripe.files.create(
        { file: { ...receipt, data: png }, purpose: 'dispute_evidence' },
        { idempotencyKey: 'upload-1' },
      ),
    )
    expect(other.type).toBe('StripeIdempotencyError')
  })
})

describe('an upload is refused', () => {
  test.each<[string, Stripe.FileCreateParams.Purpose, Uint8Array | string, string]>([
    [
      'of a format that its purpose does not take',
      'dispute_evidence',
      'just text',
      "We don't currently support that file type. Try uploading a file with one of the following mimetypes: application/pdf, image/jpeg, image/png.",
    ],
    ['of a picture as a questionnaire', 'pci_document', png, 'application/pdf.'],
    [
      'that is too large for its purpose',
      'business_icon',
      Buffer.concat([png, Buffer.alloc(512 * 1024)]),
      'too large',
    ],
  ])('%s', async (_, purpose, data, message) => {
    const { stripe } = await start()
    const error = await failure(stripe.files.create({ file: { data, name: 'file.pdf' }, purpose }))
    expect(error).toMatchObject({ statusCode: 400, param: 'file' })
    expect(error.message).toContain(message)
  })

  test('with a text in place of the file', async () => {
    const { sandbox } = await start()
    const answer = await fetch(`${sandbox.url}/v1/files`, {
      method: 'POST',
      headers: authorization,
      body: new URLSearchParams({ file: 'receipt.pdf', purpose: 'dispute_evidence' }),
    })
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { error: { message: 'Invalid hash', param: 'file' } },
    ])
  })

  test('for a purpose that belongs to what the sandbox has not, and for none that Stripe knows', async () => {
    const { stripe } = await start()
    const identity = await failure(stripe.files.create({ file: receipt, purpose: 'identity_document' }))
    expect(identity.code).toBe('sandbox_not_supported_yet')
    const unknown = await failure(stripe.files.create({ file: receipt, purpose: 'holiday_photo' }))
    expect(unknown.param).toBe('purpose')
  })

  test('when its form is broken', async () => {
    const { sandbox } = await start()
    const answer = await fetch(`${sandbox.url}/v1/files`, {
      method: 'POST',
      headers: { ...authorization, 'Content-Type': 'multipart/form-data; boundary=x' },
      body: '--x\r\nnonsense',
    })
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { error: { message: expect.stringContaining('multipart/form-data') } },
    ])
  })
})
