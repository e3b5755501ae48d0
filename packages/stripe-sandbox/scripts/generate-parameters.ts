// Writes src/generated/: what the installed SDK knows of Stripe's parameters and routes.
//   node packages/stripe-sandbox/scripts/generate-parameters.ts
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Stripe from 'stripe'
import { routes } from '../src/api/routes.ts'
import { sdkOperations } from './sdk-operations.ts'
import { SchemaWriter } from './sdk-schema.ts'
import { writeGenerated } from './write-generated.ts'

const folder = join(import.meta.dirname, '../src/generated')
const writer = new SchemaWriter({ isRequest: true })
const operations = new Map(
  sdkOperations().map((operation) => [`${operation.method} ${operation.path}`, operation]),
)

const parameters = Object.fromEntries(
  routes
    .map((route) => `${route.method} ${route.path.replaceAll(/:\w+/g, ':')}`)
    .sort()
    .map((key) => {
      const operation = operations.get(key)
      if (!operation) throw new Error(`the SDK makes no call ${key}`)
      return [key, operation.parameters ? writer.schema(operation.parameters) : { hash: {} }]
    }),
)

// Where the next page of a list of v2 begins: the SDK calls the list's `next_page_url` and has no name for it.
for (const [key, schema] of Object.entries(parameters)) {
  const named = typeof schema === 'object' && 'ref' in schema ? writer.types[schema.ref] : schema
  if (!key.startsWith('GET /v2/') || typeof named !== 'object' || !('hash' in named)) continue
  if ('limit' in named.hash) Object.assign(named.hash, { page: 'string' })
}

writeGenerated(join(folder, 'parameters.json'), {
  apiVersion: Stripe.API_VERSION,
  routes: parameters,
  types: writer.types,
})
writeFileSync(
  join(folder, 'stripe-routes.json'),
  `${JSON.stringify(
    [...operations.keys()].sort((a, b) => (a < b ? -1 : 1)),
    null,
    1,
  )}\n`,
)
console.log(`${Object.keys(parameters).length} routes, ${Object.keys(writer.types).length} parameter types`)
