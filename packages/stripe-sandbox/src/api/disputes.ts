import type Stripe from 'stripe'
import { answerDispute, checkAwaitsResponse, checkOpen } from '../billing/answer-dispute.ts'
import { closeDispute } from '../billing/dispute-states.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { defineRoute } from '../wire/define-route.ts'
import { parameterInvalid } from '../wire/error-catalogue.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { inRange, page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'
import { checkNamed } from './check-named.ts'

/** Evidence in words. Files need Stripe's file uploads, which the sandbox has not. */
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

/** Of all fields together. */
const mostCharacters = 150_000

export const disputeRoutes: readonly Route[] = [
  defineRoute<Stripe.DisputeListParams>({
    method: 'GET',
    path: '/v1/disputes',
    supports: ['charge', 'payment_intent', 'created', 'created.*'],
    handle: (context, parameters) => {
      const { charge, payment_intent: intent, created } = parameters
      checkNamed(context, { charge, payment_intent: intent })
      const { store } = context
      return page(context, 'dispute', {
        url: '/v1/disputes',
        parameters,
        among:
          (charge !== undefined && store.where('dispute', 'charge', charge)) ||
          (intent !== undefined && store.where('dispute', 'payment_intent', intent)) ||
          store.all('dispute'),
        filter: (dispute) =>
          (intent === undefined || idOf(dispute.payment_intent) === intent) &&
          inRange(dispute.created, created),
      })
    },
  }),
  defineRoute<Stripe.DisputeRetrieveParams>({
    method: 'GET',
    path: '/v1/disputes/:id',
    supports: [],
    handle: (context, _, { id = '' }) => existing(context, 'dispute', id),
  }),
  defineRoute<Stripe.DisputeUpdateParams>({
    method: 'POST',
    path: '/v1/disputes/:id',
    supports: ['metadata.*', 'submit', ...evidenceTexts.map((field) => `evidence.${field}`)],
    handle: updateDispute,
  }),
  defineRoute<Stripe.DisputeCloseParams>({
    method: 'POST',
    path: '/v1/disputes/:id/close',
    supports: [],
    handle: (context, _, { id = '' }) => {
      const dispute = existing(context, 'dispute', id)
      checkAwaitsResponse(dispute)
      return closeDispute(context, dispute)
    },
  }),
]

function updateDispute(
  context: Context,
  parameters: Stripe.DisputeUpdateParams,
  { id = '' }: Record<string, string>,
): Stripe.Dispute {
  const before = existing(context, 'dispute', id)
  const { evidence, submit } = parameters
  checkOpen(before)
  if (evidence !== undefined || submit === true) checkAwaitsResponse(before)
  const staged = evidence === undefined ? before : withEvidence(before, evidence)
  if (submit === true && !staged.evidence_details.has_evidence) {
    throw new StripeApiError('There is no evidence to submit.', { param: 'evidence' })
  }
  return answerDispute(
    context,
    before,
    { ...staged, metadata: mergedMetadata(before.metadata, parameters.metadata) },
    // Evidence is submitted unless it is only to be staged; other changes submit nothing.
    { isSubmitted: evidence === undefined ? submit === true : submit !== false },
  )
}

function withEvidence(dispute: Stripe.Dispute, given: Stripe.DisputeUpdateParams.Evidence): Stripe.Dispute {
  const evidence = { ...dispute.evidence }
  for (const field of evidenceTexts) {
    const text = given[field]
    if (text !== undefined) evidence[field] = text === '' ? null : text
  }
  const characters = evidenceTexts.reduce((sum, field) => sum + (evidence[field]?.length ?? 0), 0)
  if (characters > mostCharacters) {
    throw parameterInvalid(
      'evidence',
      `The evidence can have up to ${mostCharacters} characters in all, but it would have ${characters}.`,
    )
  }
  return {
    ...dispute,
    evidence,
    evidence_details: { ...dispute.evidence_details, has_evidence: characters > 0 },
  }
}
