import generated from '../generated/parameters.json' with { type: 'json' }
import type { Form } from './form.ts'
import type { Parameters, Route } from './route.ts'
import type { Schema, SchemaTypes } from './schema.ts'
import { supportChecker } from './supported-parameters.ts'
import { validateParameters } from './validate-parameters.ts'

/** A route with what is known of its parameters. */
export interface PreparedRoute extends Route {
  /** @throws StripeApiError for what Stripe refuses, and for what Stripe takes and the route does not. */
  read: (form: Form) => Parameters
}

// A boundary: scripts/generate-parameters.ts writes exactly this shape.
const schemas = generated as unknown as { routes: Record<string, Schema>; types: SchemaTypes }

export function prepareRoute(route: Route): PreparedRoute {
  const key = `${route.method} ${route.path.replaceAll(/:\w+/g, ':')}`
  const schema = schemas.routes[key]
  if (schema === undefined) throw new Error(`No parameters for ${key}: run scripts/generate-parameters.ts`)
  const checkSupport = supportChecker(route)
  return {
    ...route,
    read: (form) => {
      const parameters = validateParameters(form, schema, schemas.types)
      checkSupport(parameters)
      return parameters
    },
  }
}
