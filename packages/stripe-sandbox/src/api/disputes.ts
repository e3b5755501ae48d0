import type Stripe from 'stripe'
import { answerDispute, checkAwaitsResponse, checkOpen } from '../billing/answer-dispute.ts'
import { closeDispute } from '../billing/dispute-states.ts'
import type { Context } from '../context.ts'
import { idOf } from '../store/tables.ts'
import { defineRoute } from '../wire/define-route.ts'
import { StripeApiError } from '../wire/errors.ts'
import { existing } from '../wire/existing.ts'
import { mergedMetadata } from '../wire/metadata.ts'
import { inRange, page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'
import { checkNamed } from './check-named.ts'
import { evidenceFields, withEvidence } from './dispute-evidence.ts'

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
    supports: ['metadata.*', 'submit', ...evidenceFields.map((field) => `evidence.${field}`)],
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
  const staged = evidence === undefined ? before : withEvidence(context, before, evidence)
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
