import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { appEventsReference } from './reference/app-events.ts'
import { configurationReference } from './reference/configuration.ts'
import { envExample } from './reference/env-example.ts'
import { errorsReference } from './reference/errors.ts'
import { stripeEventsReference } from './reference/stripe-events.ts'

/** Path in the repository → what must stand there. A test says when one of them is behind the code. */
export const REFERENCES = new Map([
  ['.env.example', envExample()],
  ['docs/reference/app-events.md', appEventsReference()],
  ['docs/reference/configuration.md', configurationReference()],
  ['docs/reference/errors.md', errorsReference()],
  ['docs/reference/stripe-events.md', stripeEventsReference()],
])

if (import.meta.main) {
  for (const [path, text] of REFERENCES) writeFileSync(join(import.meta.dirname, '../../..', path), text)
}
