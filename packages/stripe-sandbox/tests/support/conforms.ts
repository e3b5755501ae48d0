import { readFileSync } from 'node:fs'
import Stripe from 'stripe'
import { type ApiCall, apiVersions } from '../../src/index.ts'
import type { HashSchema, Schema, SchemaTypes } from '../../src/wire/schema.ts'
import { type CheckOptions, checkSchema, isHash } from './check-schema.ts'

interface Generated {
  /** `GET /v1/customers/:` → what the SDK says that it answers. */
  answers: Record<string, Schema>
  error: HashSchema
  /** Type of event → the object in it. */
  events: Record<string, Schema>
  live: Record<string, Schema>
  deleted: Record<string, Schema>
  types: SchemaTypes
}

let loaded: Generated | undefined

/** Read when first needed: it must cost nothing where no sandbox is started. */
function generated(): Generated {
  // A boundary: scripts/generate-objects.ts writes exactly this shape.
  loaded ??= JSON.parse(
    readFileSync(new URL('./generated/objects.json', import.meta.url), 'utf8'),
  ) as Generated
  return loaded
}

/**
 * What is wrong with a Stripe object, list or event, held strictly against the SDK's own types: missing fields, surplus
 * fields, wrong types, values that this API version does not document. Empty when nothing is. Every answer and event of every
 * test is checked anyway (conformance.ts); this is for what no call answers, such as the store.
 *
 * @example expect(conforms(await stripe.customers.retrieve(id))).toEqual([])
 */
export function conforms(answer: unknown): string[] {
  // What the SDK made of the answer (decimals as objects, its own `lastResponse`) goes back to what travelled.
  return objectProblems(JSON.parse(JSON.stringify(answer)) as unknown, '$')
}

/** What is wrong with an answer, held against what the SDK says that this very call answers. */
export function answerProblems(
  call: Pick<ApiCall, 'method' | 'path' | 'query' | 'body' | 'status' | 'answer'>,
): string[] {
  const { answers, error } = generated()
  const answer = JSON.parse(call.answer) as unknown
  if (call.status !== 200) return check(answer, { hash: { error }, required: ['error'] }, '$')
  const route = routeOf(call)
  const schema = answers[route]
  if (schema === undefined) return [`$: no schema for the answer to ${route}: ${remedy}`]
  const mayExpand = /(?:^|&)expand(?:\[|%5B)/i.test(`${call.query}&${call.body}`)
  return check(answer, schema, '$', { mayExpand })
}

/** What is wrong with an event: its envelope, the object that its type promises, and what it says of the past. */
export function eventProblems(event: Record<string, unknown>, path = '$'): string[] {
  const { events, types } = generated()
  // Older shapes have tests of their own.
  if (event.api_version !== Stripe.API_VERSION && apiVersions.some((known) => known === event.api_version)) {
    return []
  }
  const { object, previous_attributes: previous, ...others } = isHash(event.data) ? event.data : {}
  const schema = events[String(event.type)]
  const problems = [
    ...check({ ...event, data: { object: {} } }, types.Event ?? 'any', path),
    ...Object.keys(others).map((key) => `${path}.data.${key}: no field of this API version`),
  ]
  if (schema === undefined)
    return [...problems, `${path}.type: no schema for ${String(event.type)}: ${remedy}`]
  problems.push(...check(snapshotOf(event.type, object), schema, `${path}.data.object`))
  const at = `${path}.data.previous_attributes`
  if (previous !== undefined) problems.push(...check(previous, schema, at, { isPartial: true }))
  else if (String(event.type).endsWith('.updated')) problems.push(`${at}: missing`)
  return problems
}

/** The invoice of `invoice.upcoming` is a preview, which has no id. */
function snapshotOf(type: unknown, object: unknown): unknown {
  return type === 'invoice.upcoming' && isHash(object) && !('id' in object)
    ? { ...object, id: 'no id' }
    : object
}

const remedy = 'npm run generate -w stripe-sandbox'

function check(value: unknown, schema: Schema, path: string, options: Partial<CheckOptions> = {}): string[] {
  const { types } = generated()
  return checkSchema(value, schema, path, { mayExpand: false, ...options, types, checkEvent: eventProblems })
}

function objectProblems(value: unknown, path: string): string[] {
  if (!isHash(value)) return [`${path}: not an object`]
  const name = String(value.object)
  if (name === 'event') return eventProblems(value, path)
  if (name === 'list' || name === 'search_result') {
    const data = Array.isArray(value.data) ? value.data : []
    return data.flatMap((element, n) => objectProblems(element, `${path}.data[${n}]`))
  }
  const { live, deleted } = generated()
  const schema = value.deleted === true ? deleted[name] : live[name]
  if (schema === undefined) return [`${path}: no schema for object '${name}'`]
  return check(value, schema, path, { mayExpand: true })
}

/** Made once: every answer of every test is looked up among some hundreds. */
let patterns: { route: string; pattern: RegExp }[] | undefined

/** `GET /v1/customers/cus_1` → `GET /v1/customers/:`; what has no parameter in its path comes first. */
function routeOf({ method, path }: Pick<ApiCall, 'method' | 'path'>): string {
  const call = `${method} ${path.replace(/\/$/, '')}`
  patterns ??= Object.keys(generated().answers)
    .sort((a, b) => a.split(':').length - b.split(':').length)
    .map((route) => ({ route, pattern: new RegExp(`^${route.replaceAll(':', '[^/]+')}$`) }))
  return patterns.find(({ pattern }) => pattern.test(call))?.route ?? call
}
