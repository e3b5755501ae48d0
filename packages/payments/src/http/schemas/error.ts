import { z } from '@hono/zod-openapi'
import { ERRORS, type ErrorCode } from '../../domain/errors.ts'

export const errorSchema = z
  .object({
    detail: z.string().openapi({ description: 'One sentence for a person.' }),
    code: z.string().openapi({ description: 'Stable, for programs.' }),
    request_id: z.string().openapi({ description: 'Names this request in the log.' }),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .openapi({ description: 'For `validation_failed`: what is wrong with which field.' }),
  })
  .openapi('Error')

/** Error answers that every endpoint behind a token can give. */
const BEHIND_A_TOKEN: readonly ErrorCode[] = [
  'https_required',
  'unauthenticated',
  'invalid_token',
  'forbidden',
  'rate_limited',
  'internal_error',
  'database_unavailable',
  'auth_unavailable',
  'stopping',
  'request_timeout',
]

/** Those of an endpoint that reads a body. */
const WITH_BODY: readonly ErrorCode[] = [
  'validation_failed',
  'malformed_json',
  'body_timeout',
  'body_too_large',
]

/** Those of an endpoint that asks Stripe. */
const WITH_STRIPE: readonly ErrorCode[] = ['stripe_refused', 'request_in_progress', 'stripe_unavailable']

/** OpenAPI responses for the given codes and those every such endpoint shares, grouped by status, one example per code. */
export function errorsOf(
  own: readonly ErrorCode[],
  options: { asksStripe?: boolean; hasBody?: boolean; isPublic?: boolean } = {},
) {
  const codes = new Set<ErrorCode>([
    ...own,
    ...(options.isPublic ? [] : BEHIND_A_TOKEN),
    ...(options.hasBody ? WITH_BODY : []),
    ...(options.asksStripe ? WITH_STRIPE : []),
  ])
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of codes) {
    const [status] = ERRORS[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return Object.fromEntries(
    [...byStatus].sort(([a], [b]) => a - b).map(([status, group]) => [status, errorResponse(group)]),
  )
}

function errorResponse(codes: readonly ErrorCode[]) {
  const retried = codes.some((code) => [409, 429, 503].includes(ERRORS[code][0]))
  return {
    description: codes.map((code) => `\`${code}\`: ${ERRORS[code][1]}`).join('\n\n'),
    content: {
      'application/json': {
        schema: errorSchema,
        examples: Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code) }])),
      },
    },
    ...(retried && {
      headers: {
        'Retry-After': {
          description: 'Seconds to wait before the same request is worth sending again.',
          schema: { type: 'integer' as const },
        },
      },
    }),
  }
}

function exampleOf(code: ErrorCode) {
  return {
    detail: ERRORS[code][1],
    code,
    request_id: '0193a1c4-6f5e-7c3a-9d1e-2b7f8e4a5c60',
    ...(code === 'validation_failed' && { errors: [{ path: 'price_id', message: 'Invalid input' }] }),
  }
}
