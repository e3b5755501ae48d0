import type Stripe from 'stripe'
import type { Context } from '../context.ts'
import { defineRoute } from '../wire/define-route.ts'
import { parameterInvalid } from '../wire/error-catalogue.ts'
import { existing } from '../wire/existing.ts'
import { page } from '../wire/pagination.ts'
import type { Route } from '../wire/route.ts'

const table = 'billing.feedback_option'
const url = '/v1/billing/feedback_options'

/** Reasons for canceling in the shop's own words, which a portal configuration offers. */
export const feedbackOptionRoutes: readonly Route[] = [
  defineRoute<Stripe.Billing.FeedbackOptionCreateParams>({
    method: 'POST',
    path: url,
    supports: ['description'],
    handle: createOption,
  }),
  defineRoute<Stripe.Billing.FeedbackOptionListParams>({
    method: 'GET',
    path: url,
    supports: ['status'],
    handle: (context, parameters) =>
      page(context, table, {
        url,
        noun: 'feedback option',
        parameters,
        filter: ({ status }) => (parameters.status ?? status) === status,
      }),
  }),
  defineRoute<Stripe.Billing.FeedbackOptionRetrieveParams>({
    method: 'GET',
    path: `${url}/:id`,
    supports: [],
    handle: (context, _, { id = '' }) => existing(context, table, id),
  }),
  defineRoute<Stripe.Billing.FeedbackOptionUpdateParams>({
    method: 'POST',
    path: `${url}/:id`,
    supports: ['description'],
    handle: (context, { description }, { id = '' }) => {
      const option = existing(context, table, id)
      return description === undefined
        ? option
        : stored(context, { ...option, description: checked(description) })
    },
  }),
  defineRoute<Stripe.Billing.FeedbackOptionDeactivateParams>({
    method: 'POST',
    path: `${url}/:id/deactivate`,
    supports: [],
    handle: (context, _, { id = '' }) => {
      const option = existing(context, table, id)
      if (option.status === 'inactive') return option
      const status_transitions = { deactivated_at: context.clock.now() }
      return stored(context, { ...option, status: 'inactive', status_transitions })
    },
  }),
]

/** The ids of options that a portal may offer. @throws StripeApiError for one that is missing or deactivated. */
export function offeredOptions(context: Context, ids: readonly string[], param: string): string[] {
  for (const [index, id] of ids.entries()) {
    const at = `${param}[${index}]`
    if (existing(context, table, id, at).status === 'active') continue
    throw parameterInvalid(at, `The feedback option ${id} is inactive.`)
  }
  return [...new Set(ids)]
}

/** @throws StripeApiError when what is said about a cancellation names an option that is not there. */
export function checkFeedbackOption(context: Context, id: string | undefined): void {
  if (id !== undefined) existing(context, table, id, 'cancellation_details[feedback_option]')
}

function createOption(
  context: Context,
  { description }: Stripe.Billing.FeedbackOptionCreateParams,
): Stripe.Billing.FeedbackOption {
  return stored(context, {
    id: context.ids.newId('fbo_'),
    object: table,
    description: checked(description),
    livemode: false,
    status: 'active',
    status_transitions: { deactivated_at: null },
  })
}

function stored(context: Context, option: Stripe.Billing.FeedbackOption): Stripe.Billing.FeedbackOption {
  context.store.put(table, option)
  return option
}

function checked(description: string): string {
  if (description.length > 0 && description.length <= 100) return description
  throw parameterInvalid('description', 'Invalid string: description must be 1 to 100 characters long.')
}
