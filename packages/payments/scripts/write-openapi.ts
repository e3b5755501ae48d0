import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openapiDocument } from '../src/http/openapi.ts'

/** Writes packages/payments/openapi.json. A test says when it is behind the routes. */
writeFileSync(join(import.meta.dirname, '../openapi.json'), `${JSON.stringify(openapiDocument(), null, 2)}\n`)
