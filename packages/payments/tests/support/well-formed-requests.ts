// For vitest's `setupFiles`: a request to the local Stripe that was refused for its URL, its form or a parameter fails the test,
// also where the product takes the refusal for an outage and carries on, and where a test swallows it.
import { addRule } from '../../../stripe-sandbox/tests/support/conformance.ts'

addRule('well-formed requests', ({ status, answer, hasBegun }) => {
  if (hasBegun || (status !== 400 && status !== 404)) return []
  // The sandbox's error envelope, which is held against the SDK's type anyway.
  const { error } = JSON.parse(answer) as { error: { type: string; message: string } }
  return error.type === 'invalid_request_error' ? [`refused for its form: ${error.message}`] : []
})
