import { z } from 'zod'
import { EVENT_SCHEMAS } from '../../src/outbox/event-schemas.ts'
import { VERIFICATION } from './verification.ts'

interface JsonSchema {
  type?: string
  format?: string
  enum?: string[]
  description?: string
  anyOf?: JsonSchema[]
  items?: JsonSchema
  properties?: Record<string, JsonSchema>
}

/** docs/reference/app-events.md */
export function appEventsReference(): string {
  const sections = Object.entries(EVENT_SCHEMAS).map(([type, { when, data }]) => {
    // What zod writes is JSON Schema; only the few words above are read of it.
    const schema = z.toJSONSchema(data) as JsonSchema
    return `### \`${type}\`\n\n${when}\n\n| field | type | |\n| --- | --- | --- |\n${rowsOf(schema).join('\n')}\n`
  })
  return `# App events

<!-- Generated from packages/payments/src/outbox/event-schemas.ts: npm run reference -w billhook. -->

What Billhook tells your app, once each and in order per owner. Every event is stored in the transaction that changed the mirror, so none
is lost and none is made up. Fields may be added; none is renamed or removed. Ids are Stripe's, times are ISO 8601 UTC in whole seconds, money
is integer minor units with its currency.

## Types

${sections.join('\n')}
${VERIFICATION}`
}

function rowsOf(schema: JsonSchema, prefix = ''): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`
    const rows = [`| \`${path}\` | ${wordOf(field)} | ${aboutOf(field)} |`]
    return field.items?.properties ? [...rows, ...rowsOf(field.items, `${path}[].`)] : rows
  })
}

function wordOf(field: JsonSchema): string {
  if (field.anyOf) return field.anyOf.map(wordOf).join(' or ')
  if (field.enum) return field.enum.map((value) => `\`${value}\``).join(', ')
  if (field.format === 'date-time') return 'time'
  if (field.type === 'array')
    return `list of ${field.items?.properties ? 'objects' : `${wordOf(field.items ?? {})}s`}`
  return field.type ?? 'anything'
}

/** Of the field itself, or of the part of it that is not null. */
function aboutOf({ description, anyOf = [] }: JsonSchema): string {
  return description ?? anyOf.flatMap((part) => part.description ?? []).join(' ')
}
