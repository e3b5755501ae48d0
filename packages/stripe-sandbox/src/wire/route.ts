import type { Context } from '../context.ts'

export type Method = 'GET' | 'POST' | 'DELETE'

/** Decoded, validated parameters: strings, numbers, booleans, arrays and hashes as the SDK's `…Params` types have them. */
export type Parameters = Record<string, unknown>

export interface Route<P = Parameters> {
  method: Method
  /** e.g. `/v1/customers/:id`. */
  path: string
  /**
   * The parameters that the sandbox acts on, dotted, array indices left out (`items.price`, `metadata.*`). A parameter that
   * Stripe knows and this list lacks is refused with a plain "the sandbox does not do this yet", never ignored.
   */
  supports: readonly string[]
  /** Returns the object or list to answer. Throws StripeApiError for an error answer; the transaction is then undone. */
  handle: (context: Context, parameters: P, path: Record<string, string>) => object
}
