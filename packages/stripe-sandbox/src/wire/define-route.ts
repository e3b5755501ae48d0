import type { Route } from './route.ts'

/**
 * Declares a route whose handler takes the SDK's own parameter type, e.g. `defineRoute<Stripe.CustomerCreateParams>({...})`.
 */
export function defineRoute<P extends object>(route: Route<P>): Route {
  // A boundary: parameters reach a handler only after validation against the schema generated from this very SDK type.
  return route as unknown as Route
}
