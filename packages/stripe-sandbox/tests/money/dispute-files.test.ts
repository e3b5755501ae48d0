import { expect, test } from 'vitest'
import { failure } from '../support/start.ts'
import { startTill } from '../support/till.ts'

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/** A dispute that waits for evidence; `upload` gives a picture of so many bytes for the purpose of evidence, or another. */
async function disputed() {
  const till = await startTill()
  const dispute = await till.disputeOf(await till.pay('pm_card_createDispute'))
  const upload = (bytes = 100, purpose: 'dispute_evidence' | 'business_logo' = 'dispute_evidence') =>
    till.stripe.files.create({
      file: { data: Buffer.concat([png, Buffer.alloc(bytes - png.length)]), name: 'proof.png' },
      purpose,
    })
  return { ...till, dispute, upload }
}

test('a file is evidence, staged and then submitted', async () => {
  const { stripe, dispute, upload } = await disputed()
  const { id } = await upload()
  const staged = await stripe.disputes.update(dispute.id, { evidence: { receipt: id }, submit: false })
  expect(staged).toMatchObject({
    status: 'needs_response',
    evidence: { receipt: id },
    evidence_details: { has_evidence: true, submission_count: 0 },
  })
  const submitted = await stripe.disputes.update(dispute.id, { submit: true, expand: ['evidence.receipt'] })
  expect(submitted).toMatchObject({
    status: 'under_review',
    evidence: { receipt: { id, object: 'file', purpose: 'dispute_evidence' } },
  })
})

test('another file takes the place of a staged one', async () => {
  const { stripe, dispute, upload } = await disputed()
  const [first, second] = [await upload(), await upload()]
  await stripe.disputes.update(dispute.id, { evidence: { receipt: first.id }, submit: false })
  const { evidence } = await stripe.disputes.update(dispute.id, {
    evidence: { receipt: second.id },
    submit: false,
  })
  expect(evidence.receipt).toBe(second.id)
})

test('a file for another purpose, an unknown one and an expired one are no evidence', async () => {
  const { stripe, dispute, upload, sandbox } = await disputed()
  const give = (id: string) => failure(stripe.disputes.update(dispute.id, { evidence: { receipt: id } }))
  const logo = await give((await upload(100, 'business_logo')).id)
  expect(logo).toMatchObject({ statusCode: 400, param: 'evidence[receipt]' })
  expect(await give('file_nobody')).toMatchObject({ code: 'resource_missing', param: 'evidence[receipt]' })
  const { id } = await upload()
  const file = sandbox.context.store.get('file', id)
  if (file)
    sandbox.context.store.transaction(() => sandbox.context.store.put('file', { ...file, expires_at: 1 }))
  expect((await give(id)).message).toContain('expired')
})

test('files can have 4.5 MB together, and the same file counts once', async () => {
  const { stripe, dispute, upload } = await disputed()
  const large = await upload(3 * 1024 * 1024)
  const evidence = { receipt: large.id, refund_policy: large.id }
  await stripe.disputes.update(dispute.id, { evidence, submit: false })
  const more = await upload(2 * 1024 * 1024)
  const error = await failure(
    stripe.disputes.update(dispute.id, { evidence: { uncategorized_file: more.id }, submit: false }),
  )
  expect(error).toMatchObject({ statusCode: 400, message: expect.stringContaining("dispute's total size") })
  expect((await stripe.disputes.retrieve(dispute.id)).evidence.uncategorized_file).toBeNull()
})
