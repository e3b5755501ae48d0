import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { parameterInvalid } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'

/** Evidence in words. */
const evidenceTexts = [
  'access_activity_log',
  'billing_address',
  'cancellation_policy_disclosure',
  'cancellation_rebuttal',
  'customer_email_address',
  'customer_name',
  'customer_purchase_ip',
  'duplicate_charge_explanation',
  'duplicate_charge_id',
  'product_description',
  'refund_policy_disclosure',
  'refund_refusal_explanation',
  'service_date',
  'shipping_address',
  'shipping_carrier',
  'shipping_date',
  'shipping_tracking_number',
  'uncategorized_text',
] as const

/** Evidence in files, by their ids. */
const evidenceFiles = [
  'cancellation_policy',
  'customer_communication',
  'customer_signature',
  'duplicate_charge_documentation',
  'receipt',
  'refund_policy',
  'service_documentation',
  'shipping_documentation',
  'uncategorized_file',
] as const

export const evidenceFields = [...evidenceTexts, ...evidenceFiles] as const

/** Of all fields together. */
const mostCharacters = 150_000

/** Of all files together, as far as it was found out (Automattic/woocommerce-payments#559). */
const mostFileBytes = 4.5 * 1024 * 1024

/** The dispute with its evidence changed. @throws StripeApiError for files that are none, and for too much of either. */
export function withEvidence(
  context: Context,
  dispute: Stripe.Dispute,
  given: Stripe.DisputeUpdateParams.Evidence,
): Stripe.Dispute {
  const evidence = { ...dispute.evidence }
  for (const field of evidenceTexts) {
    const text = given[field]
    if (text !== undefined) evidence[field] = text === '' ? null : text
  }
  for (const field of evidenceFiles) {
    const id = given[field]
    if (id !== undefined) evidence[field] = evidenceFile(context, id, field)
  }
  checkSizes(context, evidence)
  return {
    ...dispute,
    evidence,
    evidence_details: {
      ...dispute.evidence_details,
      has_evidence: evidenceFields.some((field) => evidence[field] !== null),
    },
  }
}

/** The id of a file that can be evidence. */
function evidenceFile(context: Context, id: string, field: string): string {
  const param = `evidence[${field}]`
  const file = existing(context, 'file', id, param)
  if (file.purpose !== 'dispute_evidence') {
    throw parameterInvalid(
      param,
      `The file '${id}' was uploaded for '${file.purpose}'. Evidence of a dispute must be uploaded with the purpose 'dispute_evidence'.`,
    )
  }
  if (file.expires_at !== null && file.expires_at <= context.clock.now()) {
    throw parameterInvalid(param, `The file '${id}' has expired.`)
  }
  return id
}

function checkSizes({ store }: Context, evidence: Stripe.Dispute.Evidence): void {
  const characters = evidenceTexts.reduce((sum, field) => sum + (evidence[field]?.length ?? 0), 0)
  if (characters > mostCharacters) {
    throw parameterInvalid(
      'evidence',
      `The evidence can have up to ${mostCharacters} characters in all, but it would have ${characters}.`,
    )
  }
  const ids = new Set(evidenceFiles.flatMap((field) => idOf(evidence[field]) ?? []))
  const bytes = [...ids].reduce((sum, id) => sum + (store.get('file', id)?.size ?? 0), 0)
  if (bytes > mostFileBytes) {
    throw new StripeApiError(
      "The files you've attached to this dispute as evidence will exceed the limit for a dispute's total size. Try using smaller files as evidence. Hint: if you've attached images, you might want to try providing them in lower resolutions.",
      { param: 'evidence' },
    )
  }
}
